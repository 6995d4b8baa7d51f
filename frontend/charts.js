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

// Theme colours are written with light-dark(); only an element knows what they come to. A fresh one
// for each: the colour of an element that had another one moves there, however quickly.
function colours(holder) {
  const of = (name) => {
    const probe = document.createElement("span");
    probe.style.color = `var(--${name})`;
    holder.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
  const names = ["lake", "ember", "plum", "ink", "ink-soft", "ink-faint", "line", "line-strong", "surface"];
  return Object.fromEntries(names.map((name) => [name, of(name)]));
}

function draw(holder) {
  const spec = JSON.parse(holder.parentElement.querySelector("script[type='application/json']").textContent);
  const chart = drawn.get(holder) ?? echarts.init(holder, null, { renderer: "svg" });
  drawn.set(holder, chart);
  const font = getComputedStyle(document.body).fontFamily;
  chart.setOption(
    {
      animation: !calm,
      aria: { enabled: true },
      textStyle: { fontFamily: font },
      ...KINDS[spec.kind](spec, colours(holder)),
    },
    true,
  );
}

function drawAll() {
  for (const holder of document.querySelectorAll("[data-chart]")) draw(holder);
}

// A chart keeps the width it was drawn with; on paper it has to give way to the sheet.
function fitPaper() {
  for (const [holder, chart] of drawn) {
    const svg = holder.querySelector("svg");
    svg?.setAttribute("viewBox", `0 0 ${chart.getWidth()} ${chart.getHeight()}`);
  }
}

drawAll();
const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) drawn.get(target)?.resize();
});
for (const holder of drawn.keys()) sizes.observe(holder);
addEventListener("beforeprint", fitPaper);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
