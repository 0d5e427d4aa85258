import './node-version.mjs'
import { runTogether } from './children.mjs'
import { build } from './build.mjs'
import { install } from './fresh.mjs'
import { tool } from './steps.mjs'

// `npm run dev`: Vite's server with hot reload, in front of a relay.
// `npm run dev -- --relay=none`: the same without a relay, as on a static host.
const RELAY_PORT = process.env['PORT'] ?? '7878'
const args = process.argv.slice(2)
const withRelay = !args.includes('--relay=none')
const viteArgs = args.filter((arg) => !arg.startsWith('--relay='))

await install()
if (withRelay && !(await build({ only: ['relay'] }))) process.exit(1)
runTogether([
  { args: [tool('vite/bin/vite.js'), ...viteArgs], env: withRelay ? { TABWRIGHT_DEV_RELAY: `http://localhost:${RELAY_PORT}` } : {} },
  ...(withRelay ? [{ args: ['dist-relay/main.mjs', '--port', RELAY_PORT, '--no-open'] }] : []),
])
