// Draws on the Leaflet map that the page made; what people do there goes back as events.
// Every point here is in the system that the tiles are drawn in.
window.emap = (() => {
  const SETTLE_MS = 200;
  // Without tiles there are too few names to find one's way any closer.
  const CLOSEST = { tiles: 15, land: 13 };
  let map, words, closest, marks, names, gaps, chosen, here, settling;

  async function start(elementId, settings) {
    words = settings.words;
    closest = settings.tiles ? CLOSEST.tiles : CLOSEST.land;
    while (!(map = getElement(elementId)?.map)) await new Promise(go => setTimeout(go, 30));
    const box = map.getContainer();
    box.setAttribute("role", "application");
    box.setAttribute("aria-label", words.label);
    L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    map.attributionControl.setPrefix(false);
    if (settings.tiles) {
      L.tileLayer(settings.tiles, { attribution: settings.attribution, maxZoom: 18 }).addTo(map);
    } else {
      map.attributionControl.addAttribution(settings.attribution);
      drawLand(settings.land);
    }
    names = L.layerGroup().addTo(map);
    marks = L.layerGroup().addTo(map);
    map.on("moveend resize", () => {
      clearTimeout(settling);
      settling = setTimeout(tell, SETTLE_MS);
    });
    fit(settings.points);
    tell();
  }

  // The backdrop may fail to come; the branches are shown all the same.
  async function drawLand(url) {
    const answer = await fetch(url).catch(() => null);
    if (!answer?.ok) return;
    const style = { stroke: false, fillColor: "#fdfdfb", fillOpacity: 1, interactive: false };
    L.geoJSON(await answer.json(), { style, interactive: false }).addTo(map).bringToBack();
  }

  function tell() {
    const size = map.getSize();
    if (!size.x || !size.y) return;
    const b = map.getBounds();
    const bound = (x, most) => Math.max(-most, Math.min(most, x));
    emitEvent("emap_view", {
      south: bound(b.getSouth(), 85), north: bound(b.getNorth(), 85),
      west: bound(b.getWest(), 180), east: bound(b.getEast(), 180), zoom: map.getZoom(),
    });
  }

  function icon(className, size, words) {
    const html = document.createElement("span");
    html.textContent = words;
    return L.divIcon({ className, iconSize: size && [size, size], html });
  }

  // Markers stay out of the order of the tab key: the list holds the same branches as buttons.
  function marker(point, look, title) {
    const made = L.marker(point, { icon: look, keyboard: false, title, alt: title });
    made.on("add", () => made.getElement().setAttribute("aria-hidden", "true"));
    return made;
  }

  function draw(clusters) {
    marks.clearLayers();
    for (const [lat, lon, count, id, title] of clusters) {
      const size = id ? 22 : 30 + Math.min(24, 6 * Math.log10(count));
      const look = icon(id ? "emap-pin" : "emap-cluster", size, id ? "" : count);
      const made = marker([lat, lon], look, title);
      made.on("click", () => id
        ? emitEvent("emap_pick", id)
        : map.setView([lat, lon], Math.min(map.getZoom() + 2, map.getMaxZoom())));
      marks.addLayer(made);
    }
  }

  function label(places) {
    names.clearLayers();
    for (const [lat, lon, level, name] of places) {
      const look = icon(`emap-name ${level}`, 0, name);
      names.addLayer(L.marker([lat, lon], { icon: look, interactive: false, keyboard: false }));
    }
  }

  // Centres without a branch nearby: rings, to be told from branches without colour.
  function gap(points) {
    gaps?.remove();
    gaps = L.layerGroup(points.map(([lat, lon, title]) =>
      marker([lat, lon], icon("emap-gap", 18, ""), title))).addTo(map);
  }

  function mark(old, point, className, size, title) {
    old?.remove();
    if (!point) return null;
    const made = marker(point, icon(className, size, ""), title);
    return made.setZIndexOffset(1000).addTo(map);
  }

  function choose(point, title) {
    chosen = mark(chosen, point, "emap-chosen", 30, title);
    if (point && !map.getBounds().pad(-0.1).contains(point)) map.panTo(point);
  }

  function stand(point, title) {
    here = mark(here, point, "emap-here", 20, title);
  }

  function fit(points) {
    if (points.length) map.fitBounds(points, { padding: [36, 36], maxZoom: closest, animate: false });
  }

  return { start, draw, label, gap, choose, stand, fit };
})();
