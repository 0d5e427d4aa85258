import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as sdk from 'iii-sdk'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { buildFolder, builtRelay, type BuiltRelay } from './built-relay-under-test'

// `npm run relay:kill -- 200` for more; the gate has a few.
const KILLS = Number(process.env['TABWRIGHT_RELAY_KILLS'] ?? 2)
const LONG = { timeout: 30_000, interval: 50 }
const out = buildFolder('relay-killed')

interface Job {
  readonly group: number
  readonly n: number
}

describe('a relay that is killed', () => {
  let relay: BuiltRelay
  let client: sdk.IIIClient
  const delivered: Job[] = []
  const told: { readonly key: string; readonly new_value: number }[] = []
  const acknowledged = { jobs: [] as Job[], states: new Map<string, number>() }

  beforeAll(async () => {
    for (const method of ['debug', 'error', 'warn'] as const) vi.spyOn(console, method).mockReturnValue()
    await build({ configFile: fileURLToPath(new URL('../../vite.config.ts', import.meta.url)), logLevel: 'error', build: { outDir: out } })
    relay = builtRelay(join(out, 'main.mjs'))
    await relay.start()
    client = sdk.registerWorker(`ws://localhost:${relay.port()}/worker`, {
      workerName: 'consumer',
      otel: { enabled: false },
      enableMetricsReporting: false,
      headers: { authorization: `Bearer ${relay.token}` },
      reconnectionConfig: { initialDelayMs: 20, maxDelayMs: 200 },
    })
    client.registerFunction('kill::work', async (job: Job) => void delivered.push(job))
    client.registerFunction('kill::on-state', async (event: { key: string; new_value: number }) => void told.push(event))
    await relay.invoke('engine::register_trigger', { trigger_type: 'state', function_id: 'kill::on-state', config: { scope: 'kill' } })
  }, 60_000)
  afterAll(async () => {
    await client.shutdown()
    await relay.remove()
    rmSync(out, { recursive: true, force: true })
  })

  /** Sends until the relay is gone, one after the other, and notes what was acknowledged. */
  async function load(group: number, kind: 'job' | 'state'): Promise<void> {
    const before = acknowledged.jobs.filter((one) => one.group === group).length
    for (let n = before; ; n++) {
      try {
        if (kind === 'job') {
          await relay.invoke('engine::queue::enqueue', {
            queue: 'kills',
            function_id: 'kill::work',
            data: { group, n },
            group: `g${group}`,
            key: `${group} ${n}`,
          })
          acknowledged.jobs.push({ group, n })
        } else {
          const value = (acknowledged.states.get(`k${group}`) ?? 0) + 1
          await relay.invoke('state::set', { scope: 'kill', key: `k${group}`, value })
          acknowledged.states.set(`k${group}`, value)
        }
      } catch (thrown) {
        // Only the end of the process ends it: what the relay refuses is a failure of this test.
        if (thrown instanceof TypeError) return
        throw thrown
      }
    }
  }

  it(`[R-01] [C35] loses nothing that it acknowledged, keeps the order of groups and keys, and is found again (${KILLS} kills)`, async () => {
    for (let n = 0; n < KILLS; n++) {
      const loads = [0, 1, 2].flatMap((group) => [load(group, 'job'), load(group, 'state')])
      await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 400))
      await relay.kill()
      await Promise.all(loads)
      await relay.start()
    }
    expect(acknowledged.jobs.length).toBeGreaterThan(0)
    expect(acknowledged.states.size).toBeGreaterThan(0)
    await vi.waitFor(
      async () => expect(await relay.invoke('engine::queue::topic_stats', { topic: 'kills' })).toMatchObject({ depth: 0, dlq_depth: 0 }),
      LONG,
    )

    // Delivered at least once, and for the first time in the order in which they were accepted. One more may have been kept without an answer.
    const seen = new Set(delivered.map(({ group, n }) => `${group} ${n}`))
    expect(acknowledged.jobs.filter(({ group, n }) => !seen.has(`${group} ${n}`))).toEqual([])
    for (const group of [0, 1, 2]) {
      const first = [...new Set(delivered.filter((one) => one.group === group).map((one) => one.n))]
      expect(first).toEqual(first.toSorted((a, b) => a - b))
    }

    for (const [key, value] of acknowledged.states) {
      expect(Number(await relay.invoke('state::get', { scope: 'kill', key }))).toBeGreaterThanOrEqual(value)
      await vi.waitFor(
        () => expect(Math.max(0, ...told.filter((one) => one.key === key).map((one) => one.new_value))).toBeGreaterThanOrEqual(value),
        LONG,
      )
      const values = [...new Set(told.filter((one) => one.key === key).map((one) => one.new_value))]
      expect(values).toEqual(Array.from({ length: values.length }, (_, at) => at + 1))
    }
  }, 600_000)
})
