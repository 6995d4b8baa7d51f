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

const LETTER = 6.2; // about as wide as one of the letters above the marks, in pixels
const ROW = 14; // their lines are this far apart
const NARROW = 640; // below it names of waves take two lines, so that more of them find room

// A mark is written towards the middle, so that no edge cuts it.
function side(place) {
  return place > 0.6 ? "right" : place < 0.4 ? "left" : "center";
}

// Where each mark is written: its side of the line, and the lowest row where it meets no other.
function places(spec, width) {
  const ends = []; // how far each row is written on
  return spec.events.map((event) => {
    const place = (spec.labels.indexOf(event.at) + 0.5) / spec.labels.length;
    const [align, long] = [side(place), event.text.length * LETTER];
    const start = place * (width - 48) - { left: 0, center: long / 2, right: long }[align];
    let row = ends.findIndex((end) => end < start);
    if (row < 0) row = ends.length;
    ends[row] = start + long + LETTER;
    return { event, align, row };
  });
}

function events(placed, colours) {
  return {
    type: "line",
    data: [],
    silent: true,
    markLine: {
      symbol: ["none", "none"],
      silent: true,
      lineStyle: { color: colours["line-strong"], type: "dashed" },
      label: { color: colours["ink-soft"], fontSize: 11, formatter: ({ data }) => data.name, width: 190, overflow: "truncate" },
      data: placed.map(({ event, align, row }) => ({
        name: event.text,
        xAxis: event.at,
        label: { align, distance: 5 + row * ROW },
      })),
    },
  };
}

// The names of the lines beside each other where both find room, else below each other.
function legend(spec, colours, width) {
  const long = spec.series.reduce((sum, series) => sum + 48 + series.name.length * LETTER, 0);
  const isRow = long < width;
  return {
    height: isRow ? 20 : 20 * spec.series.length,
    option: {
      orient: isRow ? "horizontal" : "vertical",
      top: 0,
      left: 0,
      data: spec.series.map((series) => series.name),
      selectedMode: false,
      itemWidth: 28,
      textStyle: { color: colours["ink-soft"] },
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

// `width` is that of the chart in pixels.
export function trend(spec, colours, width) {
  const tones = spec.series.map((series) => colours[series.tone] ?? colours.lake);
  const names = legend(spec, colours, width);
  const placed = places(spec, width);
  const rows = placed.length ? 1 + Math.max(...placed.map(({ row }) => row)) : 0;
  return {
    grid: { left: 8, right: 16, top: names.height + 14 + rows * ROW, bottom: 4, containLabel: true },
    legend: names.option,
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
      axisLabel: {
        color: colours["ink-soft"],
        hideOverlap: true,
        lineHeight: 15,
        formatter: (name) => (width < NARROW ? name.replace(", ", "\n") : name),
        showMinLabel: true,
        showMaxLabel: true,
        alignMinLabel: "left",
        alignMaxLabel: "right",
      },
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
      ...(spec.events.length ? [events(placed, colours)] : []),
    ],
  };
}
