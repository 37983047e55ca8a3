"""The verb that trades on a run's forecasts, in thought: backtest."""

import json as machines
from typing import Annotated

import typer

from umbrella import flags


def backtest(
    run: flags.RunFolder,
    cost: Annotated[
        float, typer.Option(help="Commission, in basis points (0.01 %) of the value traded.")
    ] = 5.0,
    slippage: Annotated[
        float, typer.Option(help="How much worse than the bar's price an order fills, likewise.")
    ] = 0.0,
    short: Annotated[
        bool, typer.Option(help="Sell short where a fall is forecast; else stay out of it.")
    ] = True,
    threshold: Annotated[
        float,
        typer.Option(help="Least forecast return, as a multiple of what in and out again costs."),
    ] = 0.0,
    tries: Annotated[
        int | None,
        typer.Option(help="Models and rules tried in all; what the run knows of by default."),
    ] = None,
    data: flags.Data = None,
    json: flags.Json = False,
    lang: flags.Lang = None,
) -> None:
    """Trade on a run's forecasts of its test stretch, in thought, beside buy-and-hold.

    Orders fill at the next bar, costs are paid. Writes backtest.json and backtest.svg into the run.
    A sum over prices gone by, and no advice.
    """
    from umbrella import show
    from umbrella.api import Fitted
    from umbrella.trade.account import Terms
    from umbrella.trade.rule import Rule

    screen = show.Screen(lang, json)
    made = Fitted(run).backtest(
        data,
        rule=Rule(threshold=threshold, short=short),
        terms=Terms(cost=cost, slippage=slippage),
        tries=tries,
        lang=screen.lang,
        progress=screen.progress,
    )
    if json:
        print(machines.dumps(made.facts, ensure_ascii=False))
        return
    for said in made.sentences():
        screen.tell(said.say(screen.lang))
    if made.figure is not None:
        screen.note(screen.say("predict.drawn", file=str(made.figure)))
