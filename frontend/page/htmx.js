// htmx with our rules: answers of 4xx are swapped (they carry the form with its errors), 5xx are not.
import htmx from "htmx.org";
import { showToast } from "./notices.js";

window.htmx = htmx;

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const words = (name) => document.body.dataset[name] ?? "";

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (!/^(get|head)$/i.test(request.method ?? "get")) request.headers["X-CSRFToken"] = token();
});

document.addEventListener("htmx:after:request", (event) => {
  const status = event.detail.ctx.response?.status ?? 0;
  if (status >= 500) showToast(words("serverFailed"), "bad");
});

document.addEventListener("htmx:error", (event) => {
  if (event.detail?.error?.name !== "AbortError") showToast(words("serverAway"), "bad");
});
