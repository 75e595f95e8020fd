"""Links that open a map app with a branch as destination, each in the datum it expects."""

from urllib.parse import urlencode

from api.branches.crs import convert
from api.contract.branches import NavigationLinks
from api.contract.geo import Coordinates, Crs


def navigation_links(name: str, point: Coordinates) -> NavigationLinks:
    """AMap takes lon,lat and Tencent lat,lon in GCJ-02; Baidu BD-09; Apple GCJ-02 in China."""
    gcj, bd = convert(point, Crs.GCJ02), convert(point, Crs.BD09)
    lat, lon = f"{gcj.lat:.6f}", f"{gcj.lon:.6f}"
    amap = urlencode({"to": f"{lon},{lat},{name}", "mode": "car", "coordinate": "gaode"})
    baidu = urlencode(
        {
            "destination": f"latlng:{bd.lat:.6f},{bd.lon:.6f}|name:{name}",
            "mode": "driving",
            "coord_type": "bd09ll",
            "output": "html",
            "src": "chuangdai",
        }
    )
    tencent = urlencode(
        {"type": "drive", "to": name, "tocoord": f"{lat},{lon}", "referer": "chuangdai"}
    )
    apple = urlencode({"daddr": f"{lat},{lon}", "q": name})
    return NavigationLinks(
        amap=f"https://uri.amap.com/navigation?{amap}",
        baidu=f"https://api.map.baidu.com/direction?{baidu}",
        tencent=f"https://apis.map.qq.com/uri/v1/routeplan?{tencent}",
        apple=f"https://maps.apple.com/?{apple}",
    )
