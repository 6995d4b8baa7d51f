// What every page may use. Each part makes something smoother that works without it.
import "./page/htmx.js";
import { armTheme } from "./page/theme.js";
import { armForms } from "./page/forms.js";
import { armMenus } from "./page/menus.js";
import { armNotices } from "./page/notices.js";
import { armCopying } from "./page/copying.js";
import { armPrinting } from "./page/printing.js";
import { armTicking } from "./page/ticking.js";

armTheme();
armForms();
armMenus();
armNotices();
armPrinting();
armTicking();
armCopying();
