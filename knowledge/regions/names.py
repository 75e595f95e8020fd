"""The everyday forms of the names of divisions."""

import re
from collections.abc import Iterator

_PEOPLES = re.compile(
    r"(?:壮族|回族|维吾尔|藏族|羌族|彝族|苗族|侗族|布依族|哈尼族|傣族|景颇族|白族|傈僳族|土家族|"
    r"蒙古族?|哈萨克族?|柯尔克孜|朝鲜族|黎族|瑶族|畲族|满族|达斡尔族|土族|撒拉族|东乡族|保安族|布朗族|"
    r"裕固族|仫佬族|毛南族|纳西族|拉祜族|佤族|独龙族|怒族|普米族|锡伯|塔吉克|仡佬族|水族|各族)+$"
)
_SUFFIX = re.compile(
    r"(?:特别行政区|特区|自治区|自治州|自治县|自治旗|地区|林区|新区|省|市|盟|区|县|旗)$"
)
_OF_PEOPLES = re.compile(r"自治[区州县旗]$|族区$")
# 科尔沁左翼后旗, 土默特左旗, 喀喇沁左翼蒙古族自治县.
_WING = re.compile(r"(\w)\w+?(?:([左右])翼?)?([前中后])?([旗县])")


def short_name(name: str) -> str:
    """The everyday form of a division's name: 广西壮族自治区 → 广西."""
    bare = _SUFFIX.sub("", name)
    if _OF_PEOPLES.search(name):
        plain = _PEOPLES.sub("", bare)
        if len(plain) < 2:  # 内蒙古 is not 内, 东乡族 not nothing
            plain = bare.removesuffix("族")
        bare = plain.removesuffix("族")
    return bare if len(bare) >= 2 else name


def spoken_names(name: str) -> Iterator[str]:
    """What people call a division that still tells its kind: 海南州, 管城区, 广西省, 科左后旗."""
    bare = short_name(name)
    if name.endswith("自治区"):
        yield from (f"{bare}省", f"{bare}自治区")
    elif _OF_PEOPLES.search(name):
        yield bare + name[-1]
    wing = _WING.fullmatch(bare + name[-1])
    if wing and (wing[2] or wing[3]):
        yield "".join(part for part in wing.groups() if part)
