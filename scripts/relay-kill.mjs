import { runNode, tool } from './steps.mjs'

// `npm run relay:kill -- 200`: so many kills of the relay under load, in place of the few of the gate.
const kills = process.argv[2] ?? '100'
if (!/^[1-9]\d{0,4}$/.test(kills)) {
  console.error('Say how many kills: npm run relay:kill -- 200')
  process.exit(2)
}
process.env['TABWRIGHT_RELAY_KILLS'] = kills
const { code, output } = await runNode([tool('vitest/vitest.mjs'), 'run', 'apps/relay/src/services/killed.test.ts'])
console.log(output)
process.exitCode = code
