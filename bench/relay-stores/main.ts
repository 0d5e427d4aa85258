import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { openStores, type Stores } from '../../apps/relay/src/stores/stores'

/** Operations a second. */
export interface StoreSample {
  readonly bare1: number
  readonly bare64: number
  readonly enqueue1: number
  readonly enqueue64: number
  readonly set1: number
  readonly set64: number
}

const RECORD = Buffer.alloc(256, 'x')
const PAYLOAD = { text: 'x'.repeat(100) }
/** Sides take turns this often, so that what else the machine does meets all of them. */
const TURNS = 5

const root = process.argv[2] ?? '.'
const data = mkdtempSync(join(root, 'stores-bench-'))
const stores: Stores = openStores({ data, limit: 1024 * 1024 * 1024 })
const file = openSync(join(data, 'bare'), 'w')
let made = 0

async function inFlight(count: number, many: number, one: () => Promise<unknown>): Promise<void> {
  let left = many
  const loop = async () => {
    while (left-- > 0) await one()
  }
  await Promise.all(Array.from({ length: count }, loop))
}

/** What the disk gives: so many records as one, then the flush. */
function bare(group: number, many: number): Promise<void> {
  for (let at = 0; at < many; at += group) {
    for (let n = 0; n < group; n++) writeSync(file, RECORD)
    fdatasyncSync(file)
  }
  return Promise.resolve()
}

const enqueue = () => {
  const id = `item ${++made}`
  return stores.queue.accept({ id, queue: 'bench', functionId: 'bench::work', payload: PAYLOAD, origin: { as: 'bench', depth: 0 } })
}
const set = () => stores.state.write({ scope: 'bench', key: `k${++made % 1000}`, change: { type: 'set', value: PAYLOAD } }, () => [])

const SIDES: readonly (readonly [keyof StoreSample, number, (many: number) => Promise<void>])[] = [
  ['bare1', 40, (many) => bare(1, many)],
  ['enqueue1', 40, (many) => inFlight(1, many, enqueue)],
  ['set1', 40, (many) => inFlight(1, many, set)],
  ['bare64', 1920, (many) => bare(64, many)],
  ['enqueue64', 1920, (many) => inFlight(64, many, enqueue)],
  ['set64', 1920, (many) => inFlight(64, many, set)],
]

const spent = new Map<string, number>()
for (let turn = 0; turn <= TURNS; turn++) {
  for (const [name, many, run] of SIDES) {
    const from = performance.now()
    await run(many)
    // The first turn warms up.
    if (turn > 0) spent.set(name, (spent.get(name) ?? 0) + performance.now() - from)
  }
}
stores.close()
closeSync(file)
rmSync(data, { recursive: true })
console.log(JSON.stringify(Object.fromEntries(SIDES.map(([name, many]) => [name, (1000 * many * TURNS) / (spent.get(name) ?? 1)]))))
