// What every page has. Parts that only some pages have are loaded there.

import "./search.js";
