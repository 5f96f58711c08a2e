import { Warehouse } from "../../redshift/server/warehouse.js";

/** Run as a program: opens a warehouse (in the folder given, or a throw-away one), commits one row, leaves a second
 * uncommitted, tells where its files are, and waits to be killed. */
const folder = process.argv[2];
const warehouse = await Warehouse.open({
  ...(folder !== undefined && { folder }),
  database: "analytics",
  masterUser: "admin",
});
const session = await warehouse.session("admin");
await session.run("create table if not exists public.t (n int)");
await session.run("insert into public.t values (1)");
await session.begin();
await session.run("insert into public.t values (2)");
console.log(JSON.stringify({ sockets: warehouse.socketFolder, data: warehouse.dataFolder }));
setInterval(() => {}, 1000);
