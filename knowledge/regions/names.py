"""The everyday forms of the names of divisions."""

import re

_ETHNIC = re.compile(
    r"(?:壮族|回族|维吾尔|藏族|羌族|彝族|苗族|侗族|布依族|哈尼族|傣族|景颇族|白族|傈僳族|土家族|"
    r"蒙古族|蒙古|哈萨克|柯尔克孜|朝鲜族|黎族|瑶族|畲族|满族|达斡尔族|土族|撒拉族|东乡族|保安族|"
    r"裕固族|仫佬族|毛南族|纳西族|拉祜族|佤族|独龙族|怒族|普米族|锡伯族|塔吉克|仡佬族|水族|各族)+"
)
_SUFFIX = re.compile(
    r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|林区|新区|省|市|盟|区|县|旗)$"
)


def short_name(name: str) -> str:
    """The everyday form of a division's name: 广西壮族自治区 → 广西."""
    bare = _SUFFIX.sub("", name)
    if name.endswith(("自治区", "自治州", "自治县", "自治旗")):
        plain = _ETHNIC.sub("", bare)
        bare = plain if len(plain) >= 2 else bare  # 内蒙古 is not 内
    return bare if len(bare) >= 2 else name
