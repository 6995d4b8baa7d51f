// One or two lines over waves, each with the band it lies in, and what happened between the waves.
const MARKS = [
  { symbol: "circle", type: "solid" },
  { symbol: "diamond", type: [6, 4] },
  { symbol: "triangle", type: [2, 3] },
];

// The interval as a filled shape, the outer band lightly behind it, a grey ring where a slow drift
// is marked; a wave without a figure breaks it.
function band(series, colour, colours) {
  const points = series.points
    .map((point, index) => (point ? [index, point.low, point.high, ...point.outer, point.value, point.watched ? 1 : 0] : null))
    .filter(Boolean);
  return {
    type: "custom",
    silent: true,
    z: 1,
    tooltip: { show: false },
    data: points,
    encode: { x: 0, y: [1, 2] },
    renderItem: (_params, api) => {
      const [x, top] = api.coord([api.value(0), api.value(2)]);
      const [, bottom] = api.coord([api.value(0), api.value(1)]);
      const [, outerBottom] = api.coord([api.value(0), api.value(3)]);
      const [, outerTop] = api.coord([api.value(0), api.value(4)]);
      const [, y] = api.coord([api.value(0), api.value(5)]);
      const ring = { type: "circle", shape: { cx: x, cy: y, r: 10 }, style: { fill: "none", stroke: colours["ink-faint"], lineWidth: 2 } };
      return {
        type: "group",
        children: [
          { type: "rect", shape: { x: x - 7, y: outerTop, width: 14, height: outerBottom - outerTop, r: 4 }, style: { fill: colour, opacity: 0.09 } },
          { type: "rect", shape: { x: x - 7, y: top, width: 14, height: bottom - top, r: 4 }, style: { fill: colour, opacity: 0.16 } },
          { type: "line", shape: { x1: x - 7, x2: x + 7, y1: top, y2: top }, style: { stroke: colour, lineWidth: 1.5 } },
          { type: "line", shape: { x1: x - 7, x2: x + 7, y1: bottom, y2: bottom }, style: { stroke: colour, lineWidth: 1.5 } },
          ...(api.value(6) ? [ring] : []),
        ],
      };
    },
  };
}

function line(series, colour, mark, colours) {
  return {
    type: "line",
    name: series.name,
    z: 3,
    data: series.points.map((point) => (point ? point.value : null)),
    connectNulls: false,
    symbol: mark.symbol,
    symbolSize: 9,
    lineStyle: { color: colour, width: 2.5, type: mark.type },
    itemStyle: { color: colour, borderColor: colours.surface, borderWidth: 1.5 },
    emphasis: { disabled: true },
  };
}

// A mark is written towards the middle, so that no edge cuts it.
function side(spec, event) {
  const place = spec.labels.indexOf(event.at) / Math.max(1, spec.labels.length - 1);
  return place > 0.6 ? "right" : place < 0.4 ? "left" : "center";
}

function events(spec, colours) {
  return {
    type: "line",
    data: [],
    silent: true,
    markLine: {
      symbol: ["none", "none"],
      silent: true,
      lineStyle: { color: colours["line-strong"], type: "dashed" },
      label: { color: colours["ink-soft"], fontSize: 11, formatter: ({ data }) => data.name, width: 190, overflow: "truncate" },
      data: spec.events.map((event) => ({ name: event.text, xAxis: event.at, label: { align: side(spec, event) } })),
    },
  };
}

function told(spec, params) {
  const shown = params.filter((item) => item.seriesType === "line" && item.value != null);
  const lines = shown.map((item) => {
    const point = spec.series.find((series) => series.name === item.seriesName)?.points[item.dataIndex];
    return point ? `${item.seriesName}: ${point.text}` : "";
  });
  return [params[0]?.axisValueLabel ?? "", ...lines].filter(Boolean).join("\n");
}

export function trend(spec, colours) {
  const tones = spec.series.map((series) => colours[series.tone] ?? colours.lake);
  return {
    grid: { left: 8, right: 16, top: 16 + 20 * spec.series.length + (spec.events.length ? 16 : 0), bottom: 4, containLabel: true },
    legend: {
      orient: "vertical",
      top: 0,
      left: 0,
      data: spec.series.map((series) => series.name),
      selectedMode: false,
      itemWidth: 28,
      textStyle: { color: colours["ink-soft"] },
    },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      backgroundColor: colours.surface,
      borderColor: colours.line,
      textStyle: { color: colours.ink, fontSize: 12.5 },
      formatter: (params) => told(spec, params),
    },
    xAxis: {
      type: "category",
      data: spec.labels,
      axisLabel: { color: colours["ink-soft"], hideOverlap: true },
      axisLine: { lineStyle: { color: colours["line-strong"] } },
      axisTick: { show: false },
    },
    yAxis: {
      type: "value",
      min: spec.low,
      max: spec.high,
      axisLabel: { color: colours["ink-soft"] },
      splitLine: { lineStyle: { color: colours.line } },
    },
    series: [
      ...spec.series.map((series, index) => band(series, tones[index], colours)),
      ...spec.series.map((series, index) => line(series, tones[index], MARKS[index % MARKS.length], colours)),
      ...(spec.events.length ? [events(spec, colours)] : []),
    ],
  };
}
