import type { WireRow } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { cutPoint, cutThatFits } from './cut'

const HEADER: WireRow = { role: 'header', text: '"system":[],"tools":[]' }
const user = (...blocks: object[]): WireRow => ({ role: 'user', text: JSON.stringify({ role: 'user', content: blocks }) })
const said = (text: string): WireRow => user({ type: 'text', text })
const agent = (...blocks: object[]): WireRow => ({ role: 'assistant', text: JSON.stringify({ role: 'assistant', content: blocks }) })
const answer = agent({ type: 'text', text: 'ok' })
const call = (id: string): WireRow => agent({ type: 'tool_use', id, name: 'glob', input: {} })
const result = (id: string): WireRow => user({ type: 'tool_result', tool_use_id: id, content: 'x' })
const note: WireRow = { role: 'system', text: JSON.stringify({ role: 'system', content: [{ type: 'text', text: 'n' }] }) }
const block = agent({ type: 'compaction', content: 'S' })

describe('the place where a summary ends', () => {
  it.each<[string, readonly WireRow[], number]>([
    ['nothing was sent', [], 0],
    ['a question without an answer', [said('a')], 0],
    ['a whole turn', [said('a'), answer], 2],
    ['an answer whose calls wait for their results', [said('a'), answer, said('b'), call('1')], 3],
    ['results that were not answered', [said('a'), answer, said('b'), call('1'), result('1')], 3],
    ['a summary and nothing behind it', [block], 0],
    ['a summary with one turn behind it', [block, said('a'), answer], 3],
    ['a note between results and answer', [said('a'), call('1'), result('1'), note, call('2')], 4],
  ])('[rule 95] is found for %s', (_name, rows, count) => {
    expect(cutPoint([HEADER, ...rows])).toBe(count)
  })

  it('[rule 11] is not between two messages of one role, which the API merges', () => {
    expect(cutPoint([HEADER, said('a'), answer, said('b'), said('queued')])).toBe(2)
    expect(cutPoint([HEADER, said('a'), said('queued')])).toBe(0)
  })

  it('leaves an answer that is not finished to what is kept', () => {
    expect(cutPoint([HEADER, said('a'), answer, said('b'), answer], true)).toBe(3)
  })

  it('is in front of an answer where the messages must be known to fit', () => {
    expect(cutThatFits([HEADER, said('a'), answer, said('b'), answer, said('c')])).toBe(3)
    expect(cutThatFits([HEADER, said('a')])).toBe(0)
  })

  it('[rule 99] [rule 32] keeps, for any conversation, what begins with another role and has its pairs closed', () => {
    let seed = 7
    const next = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % below
    for (let round = 0; round < 300; round++) {
      const rows = conversation(next)
      for (const cut of [cutPoint([HEADER, ...rows]), cutThatFits([HEADER, ...rows])]) {
        if (cut === 0) continue
        const [last, first] = [rows[cut - 1], rows[cut]]
        expect(first?.role === last?.role || first?.role === 'system', JSON.stringify(rows.map((row) => row.role))).toBe(false)
        const open = rows.slice(0, cut).flatMap((row) => idsIn(row, 'tool_use'))
        const closed = rows.slice(0, cut).flatMap((row) => idsIn(row, 'tool_result'))
        expect(closed).toEqual(open)
      }
    }
  })
})

function conversation(next: (below: number) => number): readonly WireRow[] {
  const rows: WireRow[] = []
  for (let turn = 0; turn <= next(4); turn++) {
    rows.push(...Array.from({ length: 1 + next(2) }, () => said('q')))
    for (let step = 0; step < next(4); step++) {
      const id = `${turn}-${step}`
      rows.push(call(id), result(id))
      if (next(3) === 0) rows.push(note)
    }
    if (next(4) > 0) rows.push(answer)
  }
  return rows
}

function idsIn(row: WireRow, type: 'tool_use' | 'tool_result'): string[] {
  const { content }: { content: { type: string; id?: string; tool_use_id?: string }[] } = JSON.parse(row.text)
  return content.filter((one) => one.type === type).map((one) => one.id ?? one.tool_use_id ?? '')
}
