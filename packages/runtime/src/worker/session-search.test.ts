import { sessionId, type Rewind, type SessionEventMap } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { emptyRecord, type SessionRecord } from '../io/session-record'
import { createSessionSearch } from './session-search'

interface Kept {
  record: SessionRecord
  readonly facts: unknown[]
}

const user = (text: string, from: SessionEventMap['message.user']['from'] = 'user'): unknown => ({
  type: 'message.user',
  data: { content: [{ type: 'text', text }], from },
})
const agent = (text: string): unknown => ({
  type: 'message.assistant',
  data: {
    content: [
      { type: 'thinking', text: 'hm' },
      { type: 'text', text },
    ],
  },
})

function session(
  id: string,
  title: string,
  facts: readonly unknown[],
  more: { readonly rewinds?: readonly Rewind[]; readonly deletedAt?: number } = {},
): Kept {
  const record = { ...emptyRecord({ id: sessionId(id), title, project: 'blank', at: 5 }), head: facts.length, ...more }
  return { record, facts: [...facts] }
}

function searching(kept: readonly Kept[]) {
  const reads: string[] = []
  const search = createSessionSearch(async () => ({
    list: async () => kept.map(({ record }) => record),
    async *facts(id, head, from = 1) {
      const found = kept.find(({ record }) => record.id === id)
      for (let seq = from; seq <= head; seq++) {
        reads.push(`${id} ${seq}`)
        yield found?.facts[seq - 1]
      }
    },
  }))
  return { search, reads }
}

const ids = (found: readonly { readonly session: string }[]): readonly string[] => found.map((one) => one.session)

describe('sessions are found by what was said in them', () => {
  it('finds words of persons and agents, over several messages and the title, whatever their case', async () => {
    const { search } = searching([
      session('a', 'Till', [user('The receipt is wrong'), agent('The rounding of *cents* was off.')]),
      session('b', 'Other', [user('nothing here')]),
    ])
    expect(ids(await search.find('RECEIPT cents'))).toEqual(['a'])
    expect(ids(await search.find('till rounding'))).toEqual(['a'])
    expect(ids(await search.find('receipt nothing'))).toEqual([])
    expect(await search.find('  ')).toEqual([])
  })

  it('shows the words found, of the newest message that holds most of them', async () => {
    const long = `${'x'.repeat(100)} the blue door\nis open ${'y'.repeat(200)}`
    const { search } = searching([session('a', 'Till', [user('a blue wall'), agent(long), user('and a door')])])
    const [found] = await search.find('blue door')
    expect(found?.words).toMatch(/^…x+ the blue door is open y+…$/)
    expect((await search.find('till'))[0]).toEqual({ session: 'a' })
  })

  it('leaves out what the app said, what a rewind took back, and what was deleted', async () => {
    const { search } = searching([
      session('a', 'A', [user('secretive plan', 'app')]),
      session('b', 'B', [user('one'), user('taken plan'), { type: 'history.rewound', data: {} }], { rewinds: [{ seq: 3, to: 1 }] }),
      session('c', 'C', [user('a plan')], { deletedAt: 9 }),
    ])
    expect(await search.find('plan')).toEqual([])
  })

  it('reads a session once, and then what is new', async () => {
    const kept = session('a', 'A', [user('one')])
    const { search, reads } = searching([kept])
    await Promise.all([search.find('one'), search.find('two')])
    kept.facts.push(agent('two'))
    kept.record = { ...kept.record, head: 2 }
    expect(ids(await search.find('two'))).toEqual(['a'])
    expect(reads).toEqual(['a 1', 'a 2'])
  })

  it('is not stopped by a fact that is damaged', async () => {
    const { search } = searching([session('a', 'A', [undefined, { type: 'message.user', data: 7 }, user('here')])])
    expect(ids(await search.find('here'))).toEqual(['a'])
  })
})
