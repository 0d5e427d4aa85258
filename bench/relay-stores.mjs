import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { rolldown } from 'rolldown'
import { ROOT, runNode } from '../scripts/steps.mjs'
import { median } from './in-chromium.mjs'
import { isInstalled, redisAppends } from './relay-peers.mjs'

// What it costs to have an item of a queue and a value of the state on the disk, beside bare writes to the same disk.
// `node bench/run.mjs stores`
const OUT = join(ROOT, 'node_modules/.cache/tabwright-bench-stores/main.mjs')

/**
 * P3, with Redis where it is installed.
 * @param {number} rounds
 * @returns {Promise<readonly import('./run.mjs').Row[]>}
 */
export async function relayStores(rounds) {
  const bundle = await rolldown({ input: join(ROOT, 'bench/relay-stores/main.ts'), platform: 'node', external: [/^node:/, 'libsql'] })
  await bundle.write({ file: OUT, format: 'esm', codeSplitting: false })
  await bundle.close()
  mkdirSync(dirname(OUT), { recursive: true })
  /** @type {import('./relay-stores/main').StoreSample[]} */
  const samples = []
  const hasRedis = isInstalled('redis-server')
  /** @type {number[]} */
  const redis = []
  for (let round = 0; round < rounds; round++) {
    if (hasRedis) redis.push(await redisAppends(64, 20_000))
    const { code, output } = await runNode([OUT, dirname(OUT)])
    if (code !== 0) throw new Error(output)
    samples.push(JSON.parse(output.trim().split('\n').at(-1) ?? ''))
  }
  const row = (
    /** @type {string} */ what,
    /** @type {{ ours: keyof (typeof samples)[0], limit: keyof (typeof samples)[0], aim: string }} */ of,
  ) => {
    const [ours, limit] = [median(samples.map((one) => one[of.ours])), median(samples.map((one) => one[of.limit]))]
    return { what, unit: '/s', ours, limit, ratio: median(samples.map((one) => one[of.ours] / one[of.limit])), aim: of.aim }
  }
  const beside = (/** @type {string} */ what, /** @type {'enqueue64' | 'set64'} */ key) => {
    const [ours, peer] = [median(samples.map((one) => one[key])), median(redis)]
    return { what, unit: '/s', ours, peer, ratio: ours / peer, aim: '≥ 0.5 × Redis' }
  }
  if (!hasRedis) console.log('redis is not on this machine and takes no part')
  return [
    row('P3 durable enqueue, one after the other, beside write and fdatasync', { ours: 'enqueue1', limit: 'bare1', aim: '≥ 0.7 ×' }),
    row('P3 durable state set, one after the other, beside write and fdatasync', { ours: 'set1', limit: 'bare1', aim: '≥ 0.7 ×' }),
    row('P3 durable enqueue, 64 in flight, beside 64 writes a flush', { ours: 'enqueue64', limit: 'bare64', aim: '–' }),
    row('P3 durable state set, 64 in flight, beside 64 writes a flush', { ours: 'set64', limit: 'bare64', aim: '–' }),
    ...(hasRedis
      ? [
          beside('P3 durable enqueue, 64 in flight, beside Redis XADD that flushes always', 'enqueue64'),
          beside('P3 durable state set, 64 in flight, beside Redis XADD that flushes always', 'set64'),
        ]
      : []),
  ]
}
