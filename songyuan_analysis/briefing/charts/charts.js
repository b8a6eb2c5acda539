// Draws every figure of class songyuan-chart that announced itself, now or later.
(function () {
  var labels = {
    CLICK_TO_VIEW_ACTIONS: "保存图片",
    SVG_ACTION: "另存为 SVG",
    PNG_ACTION: "另存为 PNG"
  };
  function draw(figure) {
    var data = figure.querySelector('script[type="application/json"]');
    if (!data || figure.dataset.drawn) return;
    figure.dataset.drawn = "1";
    var still = figure.querySelector("img, p");
    var host = document.createElement("div");
    figure.insertBefore(host, figure.firstChild);
    window
      .vegaEmbed(host, JSON.parse(data.textContent), {
        mode: "vega-lite",
        renderer: "svg",
        i18n: labels,
        actions: { export: { svg: true, png: true }, source: false, compiled: false, editor: false }
      })
      .then(function () { if (still) still.style.display = "none"; })
      .catch(function (error) { host.remove(); console.error("图表无法绘制", error); });
  }
  var waiting = Array.isArray(window.songyuanCharts) ? window.songyuanCharts : [];
  window.songyuanCharts = { ready: true, push: draw };
  waiting.forEach(draw);
})();
