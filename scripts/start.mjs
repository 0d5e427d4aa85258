import './node-version.mjs'
import { runTogether } from './children.mjs'
import { build } from './build.mjs'
import { install } from './fresh.mjs'

// `npm start -- --port 8000`: everything after the dashes is the relay's; `npm start -- --help` lists it.
await install()
if (await build()) runTogether([{ args: ['dist-relay/main.mjs', ...process.argv.slice(2)] }])
else process.exitCode = 1
