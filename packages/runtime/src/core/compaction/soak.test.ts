import { answer, asksSummary, story, summary, text, thinking, tool } from '@tabwright/testkit'
import { expect, it } from 'vitest'

const TURNS = 40
/** The scripted server puts a signature here that is bound to everything before it. */
const SIGNED = '$signature'

it('[F11] [rule 98] loses no thinking in 40 turns with eight summaries and more, made beside the work', async () => {
  let turns = 0
  const s = await story({
    files: { 'a.txt': 'a\n' },
    info: { contextWindow: 12_000, maxOutput: 2000, adaptiveThinking: true },
    script: (request) => {
      if (asksSummary(request)) return summary(`Up to turn ${turns}.`)
      const isResult = request.body.slice(request.body.lastIndexOf('"role":"user"')).includes('"tool_result"')
      if (isResult) return answer([thinking('seen', SIGNED), text('Done.')])
      turns += 1
      return answer([thinking(`turn ${turns}`, SIGNED), text('Reading.'), tool('read_file', { path: 'a.txt' }, { id: `t${turns}` })])
    },
  })
  for (let turn = 1; turn <= TURNS; turn++) {
    await s.commands.send(`turn ${turn} ${'x'.repeat(3000)}`)
    if (turn % 5 === 0) await s.commands.compact().catch(() => undefined)
    await s.until('turn.ended', turn)
  }
  const facts = await s.facts()
  const made = facts.filter((event) => event.type === 'compaction.ended' && event.data.result.type === 'done')
  const { problems } = s.server
  await s.close()
  expect(problems).toEqual([])
  expect(facts.filter(({ type }) => type === 'wire.mismatched' || type === 'model.failed')).toEqual([])
  expect(facts.filter((event) => event.type === 'turn.ended' && event.data.stop === 'end')).toHaveLength(TURNS)
  expect(made.length).toBeGreaterThanOrEqual(8)
})
