"""Three tiny videos that show whether another version of the decoders reads otherwise.

Each is 24 × 16 pixels and about a second long; compressed by zlib, then written in base 85.
"""

import base64
import zlib

# H.264 in MP4, to be turned by a quarter: a bar that moves.
MP4 = (
    "c-muNU{FXasVvAW&d+6FU}6B#Kx~v)mTZ_?U}DI?z`&7Kl$y%Gz^Ip-l2`)d>!x-zGKl_9*W#YNYg2^WfeFvq7F_Y-Gd"
    "h&FUCH4>=g||njov|RCC<HTk{g2sff^JXXK~CHl)ra=^PE+`d!BkZT}l0a!`E@XSCY-b(p|Tvn*-HwGtLw6bFcq;fOF|"
    "(AXn6JmZ10phm%tdDgS@AY2BkweNN0b5<re&oF{Q=;{At>K(<Y4M?-^s!0WlvzHJ{Igq02~x-S^w^nE&i@s!QaH#8j->"
    "2zMBekL`y`p3jY`+~Ob|DAGX$L-fbu6Blt0}cZ9^8(!!EhztU9)qv1;&q^au;VO&>0n#6|G!H5&ARrV&PSlIxZ^B|OBD"
    "h(GkrMi|1AC;eZbCmU2BKyaiEl#<19s?9|HDj!3<sh&)+nf^!Y>NU-sV&49p$5`T1o)6*;+O87T}XfcXU&Gcte>0x+Vg"
    "Lgza$-~~)Tw5g;hF&oH^Dai)g$&6_l$ZkyV|33~l!0eR(VgWE$B{ij_7)Z;c<`kD8bb-v}fa+(`%1y~k1Vwyq3cBAlfL"
    "Mni^az-vn~{=J1d}PtOi4vn83yF%dnD$i<fMYsFka2g%u53@M9Ol(h9WyvB?TfUlTwtLhU68V(xMy%2%B+gaY<4RkiD_"
    "Eq&Njh%|cL8$LW0uptn7Mv<L10Le~KfOmm>A&WtGxT>l?3NTvhnHD!YO(_27s!U7@!Y&@n3HZU@<XS{H3@m4zU_s0*AW"
    "|5?lB50^`8o&%JE&+!)%z7>ckP%?<;$lSXgXP#j5tfWl&ju0afa>Le(k$5ctWb3_Ky#Ck?1S0~rfq<7RY;x%iGu=91&H"
    "~9Sdsx^C@9f@vc5PFO9QbK$Zy3Z$@xg;g8Y|Mno<HvDN(tpU>XDzky8aQB^4zW6yzX>ux=(K>8Y+P$p;xI3oMrsVR7S="
    "Se9mHq-O|321Wo{De!3"
)

# MPEG-4 in Matroska, its pictures at uneven times: a disc that falls.
MKV = (
    "c-oV4y}x*|Q(GgW({~{L)X3uWxsk)EsUtVBq$s~QJJG2fDAd}>BoW+@&d2})%msqJvr7)_Z<({VOTl+{ckt>KQO}iW!D"
    "|{9LU>{!>#~8okG{KmfIOj)!|B0mni#tvT$$kAK*=WNkT($17=jt74?ylYy}u=MOU6d6>l>T-og91{dVLbh(#(wX41vh"
    "NDBKa1U%X_3b?}yhUB8m#c<$Vemg_s(<kH#UFuee59>_-yllQl*nI8Oi9n{?|*Bcp&k9Kh8+nl|U&gwCzkwIzeoaWNJl"
    "#WJ*w*Ihq-vC#46MfHMe|^W`faXR<<;Tq}tY058Jm}icD6y+iAY@Y`OX#~s23R;SF)$=ATF=11xB)1@xV2LlNCJf!6&Q"
    "~6b})o89AOek268t6ot+GHwvh$M*`UC^x4$LWSnNn~@q*+74e2Llxh`&Z^>g-jaSd{5NAqOyrsM<N$p}ZMpIGR+xWgqh"
    "$T7sz-_NCevVnmW2pQ^`8bASqyz{nF$He_D3ujH2ecs5h_-Z2qLj%wun;8Vyfz&pEL(*Jo&Q=>7w$6&Umn^<jY~?4rl)"
    "2iEF8cmiaZNqV#m&d({4MDq!(*Y_R(hsBnq(GO)cIy+cbexUA=kNSXEug2?@lh?zj$LKLkh^d+X5f5xbwZc|NZaXTl=p"
    "5Dm}->uwaRT?bEox_ue5lU+Nz?$FW4Oz<@PafAP9Th7({dK?hxQoiEtME%o^JChP5^j4dkiiTpBRCpfBaEk0HGrz@#g;"
    "o#Kj#Ty!#BEagy9=2#6-u<99=2NG;cZ$oLwCDVrY<=bnKK!smLGfkCuNt1SQacZvt6sdQk!cTDNBF@fnuqs4`o2eD;tm"
    "dlZT~GT1zqQyV&_$^Up%FeSplpj;*pC!-^wRVO+C))i{~~nw}3?>54FVD_cL;Ne!c$Wm7Shuvch?f`->+wvQ~hlvkHrJ"
    "*?C$w7lZP}^!+VjMy)ct`!_c-Z0`c*$B#{nZ$C700stB>Pn!"
)

# MPEG-2 in no container: a disc that rises.
MPEG = (
    "c-muNVBE~uARzqz{{sdF2F9%-T?~v2Al42B4h9DX5QqQ&50Fg%|IdyMKnA1p$JUrd>kixrvZ~r-{>N>vAO~ar!yTC(N6"
    "U_XcRc?;b=KOg=a`cY$1k>yPhxBk;Z=KoaZcj*&q8aiO<Hq(_xXJ`1``>;28aLu4Ki?Rqde4Pr<oxQ(;f@3c{3^*zVx;"
    "@Q~6x>0gnM+L-LL*3~$<e)pi}0WLYG2MM6Si3tP!1L*2}X{cO4W-py$=%(&h7r}13w9R8@lQ(l4RovJM6-oD~wbR6P?>"
    "F5>(&2;5;xD;@O_xQpOcVsGewG|x_m=vxXv1Jn1-$+ft>%t5yCjyc<8_ak$CwIT_p3KhH*7zyVxyUJ&<%Kbi`N<<oCtW"
    "(g{Hh~VSPyK$b#x1o8V{5-NVKW1n07L!>7=Ks`nTZL`P-)S2}JN&btfMyzG0=<AS=gKk<K*tu7*Bi4f_Sj^G`p_*=EHf"
    "6~w8hxj;{%$$QN+#`P=K2Bd&&U=&BUp=!q8&7U{@@ll=d!OK~&%S1(0g0t_r>~z)J@2Vy27&{ah?3jLPK5n)$d?xf$d7"
    "-;P#R`^p2P*Hi^)MfHFkAdnZgW)Wtgkf}O2EcrM8%{Ty3=n))HpG-u5O$%ZGy@&4}J-L3*pO*7go$ZT&!Uzu|aJs!%Bw"
    "gIh%Oef5o3lel-Og)QlKGy{Iwt*9P}jcgiO)hN&nl?7Vw-hXa4b8s_Vh*t~zXePf(&=KOi0u0qvH7qEVeklfX%TI8v4Q"
    "82-bsa~jk=c5T37glvOz4#Zo=Gxq}eV>lYG5`Pv^&AN"
)


def reels() -> list[bytes]:
    """The three files."""
    return [zlib.decompress(base64.b85decode(text)) for text in (MP4, MKV, MPEG)]
