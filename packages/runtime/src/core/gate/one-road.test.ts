import { readdirSync, readFileSync } from 'node:fs'
import { answer, stories, text, tool } from '@tabwright/testkit'
import { callId, digestOf } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { createRegistry } from '../registry'
import type { Tool, ToolContext } from '../tool'
import { admit, type Capability } from './gate'

const start = stories()

/** Code that ships, by its path from the runtime's own folder. */
const SOURCE = new URL('../../', import.meta.url)
const shipped = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map((path) => path.replaceAll('\\', '/'))
const filesWith = (shape: RegExp): readonly string[] =>
  shipped.filter((path) => shape.test(readFileSync(new URL(path, SOURCE), 'utf8'))).toSorted()

/** A tool that counts its runs. */
function counting(ran: unknown[]): Tool {
  return {
    spec: { name: 'count', description: 'counts', input: { type: 'object' }, effect: 'tx', readOnly: false },
    run: (input) => {
      ran.push(input)
      return Promise.resolve({ text: 'counted' })
    },
  }
}

describe('[O16] there is one road to an effect', () => {
  it('what the loop has of a tool runs with a capability of the gate, once, and with its bytes', async () => {
    const ran: unknown[] = []
    const gated = createRegistry([counting(ran)]).get('count')
    if (!gated) throw new Error('the tool is not there')
    expect(Object.keys(gated), 'nothing else of it can be called').toEqual(['spec', 'runAdmitted'])
    const context: ToolContext = JSON.parse('{}')
    const judged = { digest: digestOf('a'.repeat(64)), bytes: '{"a":1}' }
    const forged: Capability = { ...judged }
    await expect(gated.runAdmitted(forged, context)).rejects.toThrow('not admitted')
    const capability = admit(judged, { digest: judged.digest, decision: { type: 'allow', by: 'user' } })
    await expect(gated.runAdmitted({ ...capability, bytes: '{"a":2}' }, context)).rejects.toThrow('not admitted')
    await gated.runAdmitted(capability, context)
    await expect(gated.runAdmitted(capability, context)).rejects.toThrow('not admitted')
    expect(ran).toEqual([{ a: 1 }])
  })

  it('capabilities are made and spent where they are known to be, and nowhere else', () => {
    const minting = (name: string): RegExp =>
      new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from '[^']*/gate'|export function ${name}\\(`)
    expect(filesWith(minting('admit'))).toEqual(['core/calls.ts', 'core/egress.ts', 'core/gate/gate.ts'])
    expect(filesWith(minting('spend'))).toEqual(['core/calls.ts', 'core/egress.ts', 'core/gate/gate.ts', 'core/registry.ts'])
    expect(filesWith(/no-restricted-properties -- the one place/)).toEqual(['core/egress.ts', 'core/registry.ts'])
  })

  it('a call that is denied, by whomever, never reaches its tool', async () => {
    const ran: unknown[] = []
    const script = [answer([tool('count', { n: 1 }, { id: 't1' })]), answer([text('ok')])]
    const s = await start({ script, tools: [counting(ran)] })
    await s.commands.setMode('plan')
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(ran).toEqual([])
    const decided = (await s.facts()).find((event) => event.type === 'call.decided')
    expect(decided?.data).toMatchObject({ call: callId('t1'), decision: { type: 'deny', by: 'rule' } })
  })
})
