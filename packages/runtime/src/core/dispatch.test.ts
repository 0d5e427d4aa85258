import { answer, hold, outline, text, tool, stories } from '@tabwright/testkit'
import { isJsonObject, type ToolSpec } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import type { Tool } from './tool'
import { foldLive } from './live-rows'
import { EMPTY_TRANSCRIPT, foldTranscripts } from './transcript'

const start = stories()

const spec = (name: string, readOnly: boolean): ToolSpec => ({ name, description: name, input: { type: 'object' }, effect: 'tx', readOnly })

it('[F05] runs reads side by side, writes alone and in order, and answers in the order of the calls', async () => {
  const running = new Set<string>()
  const beside: Record<string, readonly string[]> = {}
  const slow = (name: string, readOnly: boolean): Tool => ({
    spec: spec(name, readOnly),
    run: async (input) => {
      const id = isJsonObject(input) && typeof input['path'] === 'string' ? input['path'] : ''
      running.add(id)
      // The first is the slowest: what lands first is not what was asked first.
      for (let round = 0; round < (id === 'r1' ? 6 : 3); round++) {
        await new Promise((resolve) => setTimeout(resolve, 5))
        beside[id] = [...new Set([...(beside[id] ?? []), ...running])].toSorted()
      }
      running.delete(id)
      return { text: `did ${id}` }
    },
  })
  const call = (name: string, id: string): ReturnType<typeof tool> => tool(name, { path: id }, { id })
  const s = await start({
    tools: [slow('read_file', true), slow('write_file', false)],
    script: [
      answer([
        call('read_file', 'r1'),
        call('read_file', 'r2'),
        call('read_file', 'r3'),
        call('write_file', 'w1'),
        call('write_file', 'w2'),
      ]),
      answer([text('ok')]),
    ],
  })
  await s.commands.send('go')
  await s.until('turn.ended')
  expect(beside['r2']).toEqual(['r1', 'r2', 'r3'])
  expect([beside['w1'], beside['w2']]).toEqual([['w1'], ['w2']])
  const results: { tool_use_id: string }[] = JSON.parse(s.server.requests[1]?.body ?? '{}').messages.at(-1).content
  expect(results.map((block) => block.tool_use_id)).toEqual(['r1', 'r2', 'r3', 'w1', 'w2'])
  expect(outline(await s.facts()).findIndex((line) => line === 'call.ended r2 done')).toBeLessThan(
    outline(await s.facts()).findIndex((line) => line === 'call.ended r1 done'),
  )
})

it('[F04] tells the model what went wrong with each call, and goes on', async () => {
  const cyclic: { self?: unknown } = {}
  cyclic.self = cyclic
  const odd: Tool = {
    spec: spec('read_file', true),
    run: async (input) => {
      const path = isJsonObject(input) ? input['path'] : undefined
      if (path === 'throws') throw new RangeError('out of range')
      return { text: 'x', detail: cyclic as object }
    },
  }
  const s = await start({
    tools: [odd],
    script: [
      answer([
        tool('no_such', {}, { id: 'a' }),
        tool('read_file', { path: 'throws' }, { id: 'b' }),
        tool('read_file', { path: 'cyclic' }, { id: 'c' }),
      ]),
      answer([text('ok')]),
    ],
  })
  await s.commands.send('go')
  await s.until('turn.ended')
  const results: { is_error?: boolean; content: string }[] = JSON.parse(s.server.requests[1]?.body ?? '{}').messages.at(-1).content
  expect(results.map((result) => result.is_error)).toEqual([true, true, true])
  expect(results.map((result) => result.content)).toEqual([
    expect.stringContaining("Tool 'no_such' not found"),
    expect.stringContaining('out of range'),
    expect.stringContaining('circular'),
  ])
  expect(outline(await s.facts()).at(-1)).toBe('turn.ended end')
})

it('[F03] shows text as it streams, and after a restart what had streamed as interrupted, not as a message', async () => {
  const held = hold()
  const s = await start({
    script: [answer([text('Half of an answer')], { after: [{ type: 'hold', until: held.until }] }), answer([text('whole')])],
  })
  await s.commands.send('go')
  await expect.poll(() => s.live.some((update) => update.type === 'delta')).toBe(true)
  const streaming = s.live.reduce((screen, update) => foldLive(screen, update, 1), foldTranscripts(EMPTY_TRANSCRIPT, await s.facts()))
  expect(streaming.live).toMatchObject([{ type: 'agent', live: true }])
  await s.restart()
  await s.until('turn.ended')
  held.release()
  const { rows, live } = foldTranscripts(EMPTY_TRANSCRIPT, await s.facts())
  expect(live).toEqual([])
  expect(rows.flatMap((row) => (row.type === 'agent' ? row.blocks.map((block) => block.text) : []))).toEqual(['whole'])
  expect(rows.flatMap((row) => (row.type === 'notice' ? [row.partial] : []))).toEqual([expect.stringMatching(/^Half/)])
  expect(s.server.requests[1]?.body).not.toContain('Half')
})
