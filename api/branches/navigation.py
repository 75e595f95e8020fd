"""Links that open a map app with a branch as destination, each in the datum it expects."""

from urllib.parse import quote_plus

from api.contract.branches import NavigationLinks
from api.contract.crs import convert
from knowledge.regions.coordinates import Coordinates, Crs


def navigation_links(name: str, point: Coordinates) -> NavigationLinks:
    """AMap takes lon,lat and Tencent lat,lon in GCJ-02; Baidu BD-09; Apple GCJ-02 in China."""
    gcj, bd = convert(point, Crs.GCJ02), convert(point, Crs.BD09)
    # Encoded once and set in by hand: this is most of the time that a search takes.
    name, lat, lon = quote_plus(name), f"{gcj.lat:.6f}", f"{gcj.lon:.6f}"
    amap = f"to={lon}%2C{lat}%2C{name}&mode=car&coordinate=gaode"
    baidu = (
        f"destination=latlng%3A{bd.lat:.6f}%2C{bd.lon:.6f}%7Cname%3A{name}"
        "&mode=driving&coord_type=bd09ll&output=html&src=chuangdai"
    )
    tencent = f"type=drive&to={name}&tocoord={lat}%2C{lon}&referer=chuangdai"
    apple = f"daddr={lat}%2C{lon}&q={name}"
    return NavigationLinks(
        amap=f"https://uri.amap.com/navigation?{amap}",
        baidu=f"https://api.map.baidu.com/direction?{baidu}",
        tencent=f"https://apis.map.qq.com/uri/v1/routeplan?{tencent}",
        apple=f"https://maps.apple.com/?{apple}",
    )
