// Draws the charts of a page from the data blocks beside them. The same numbers stand in a table
// under each chart, so that nothing is lost where this does not run.
import * as echarts from "echarts/core";
import { CustomChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";
import { trend } from "./charts/trend.js";

echarts.use([
  CustomChart,
  LineChart,
  AriaComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  SVGRenderer,
]);

const KINDS = { trend };
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const drawn = new Map();

const PAPER = { width: 690, height: 150 }; // as wide as A4 is between its margins, in pixels

// Theme colours are written with light-dark(); only an element knows what they come to. A fresh one
// for each: the colour of an element that had another one moves there, however quickly. Paper is
// white in every theme.
function colours(holder, isPaper) {
  const of = (name) => {
    const probe = document.createElement("span");
    if (isPaper) probe.style.colorScheme = "light";
    probe.style.color = `var(--${name})`;
    holder.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
  const names = ["lake", "ember", "plum", "ink", "ink-soft", "ink-faint", "line", "line-strong", "surface"];
  return Object.fromEntries(names.map((name) => [name, of(name)]));
}

function draw(holder, isPaper = false) {
  const spec = JSON.parse(holder.parentElement.querySelector("script[type='application/json']").textContent);
  const chart = drawn.get(holder) ?? echarts.init(holder, null, { renderer: "svg" });
  drawn.set(holder, chart);
  const font = getComputedStyle(document.body).fontFamily;
  chart.setOption(
    {
      animation: !calm && !isPaper,
      aria: { enabled: true },
      textStyle: { fontFamily: font },
      ...KINDS[spec.kind](spec, colours(holder, isPaper), chart.getWidth()),
    },
    true,
  );
}

function drawAll() {
  for (const holder of document.querySelectorAll("[data-chart]")) draw(holder);
}

// On paper a chart is as wide as the sheet, whatever the window was, and it is dark on white.
function drawForPaper() {
  for (const [holder, chart] of drawn) {
    chart.resize(PAPER);
    draw(holder, true);
    holder.querySelector("svg")?.setAttribute("viewBox", `0 0 ${PAPER.width} ${PAPER.height}`);
  }
}

function drawForScreen() {
  for (const [holder, chart] of drawn) {
    chart.resize({ width: "auto", height: "auto" });
    holder.querySelector("svg")?.removeAttribute("viewBox");
    draw(holder);
  }
}

drawAll();
const sizes = new ResizeObserver((entries) => {
  if (matchMedia("print").matches) return;
  for (const { target } of entries) {
    const chart = drawn.get(target);
    if (chart?.getWidth() === target.clientWidth) continue;
    chart?.resize();
    draw(target); // what stands where hangs on the width
  }
});
for (const holder of drawn.keys()) sizes.observe(holder);
addEventListener("beforeprint", drawForPaper);
addEventListener("afterprint", drawForScreen);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll());
new MutationObserver(() => drawAll()).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
