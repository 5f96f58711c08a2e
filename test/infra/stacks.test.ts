// One process for all that look at templates: loading the CDK and bundling the functions take longer than most of them.
import "./stacks/assembly.js";
import "./stacks/knobs.js";
import "./stacks/many-alerts.js";
import "./stacks/nag.js";
import "./stacks/notices.js";
import "./stacks/operations.js";
import "./stacks/deployment.js";
import "./stacks/own-app.js";
import "./stacks/shop.js";
import "./stacks/source-storage.js";
import "./stacks/triggers.js";
import "./stacks/variants.js";
