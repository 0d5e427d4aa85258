import { callId, type CallRow } from '@tabwright/protocol'
import { describe, expect, test } from 'vitest'
import { outputTail, textField, toolLine } from './tool-line'

const row = (part: Partial<CallRow>): CallRow => ({
  type: 'call',
  key: 'c',
  call: callId('c1'),
  name: 'read_file',
  input: '{"path":"src/a.ts"}',
  state: 'done',
  ...part,
})

describe('toolLine', () => {
  test('a read names its file and what was read', () => {
    const line = toolLine(row({ outcome: { type: 'done', text: '', detail: { summary: 'lines 1–80 of 90' } } }))
    expect(line).toEqual({ verb: 'Read', subject: 'src/a.ts', notes: ['lines 1–80 of 90'] })
  })

  test('a sub-agent is told by its title, its calls and what it took, and says that it waits', () => {
    const line = (state: CallRow['state']): ReturnType<typeof toolLine> =>
      toolLine(
        row({
          name: 'task',
          input: '{"title":"Look around","prompt":"…"}',
          state: 'running',
          task: { title: 'Look around', tools: 3, tokens: 9012, rows: [row({ state })] },
        }),
      )
    expect(line('running')).toEqual({ verb: 'Task:', subject: 'Look around', notes: ['3 tools', '9.0k tokens'] })
    expect(line('needs approval').notes).toContain('waits for you')
    expect(toolLine(row({ name: 'task', input: '{"title":"Look ar', state: 'writing' }))).toMatchObject({ subject: 'Look ar', notes: [] })
  })

  test('an edit sums its line counts', () => {
    const files = [
      { path: 'a', added: 10, removed: 2 },
      { path: 'b', added: 2, removed: 1 },
    ]
    expect(toolLine(row({ name: 'edit_file', outcome: { type: 'done', text: '', detail: { files } } }))).toMatchObject({
      verb: 'Edited',
      added: 12,
      removed: 3,
    })
  })

  test('a command shows its first line, its exit code and how long it took', () => {
    const outcome = { type: 'failed', text: '', failure: { code: 'unexpected', message: 'no' }, detail: { exitCode: 1 } } as const
    expect(toolLine(row({ name: 'shell', input: '{"command":"npm test\\necho"}', state: 'failed', ms: 14_000, outcome }))).toEqual({
      verb: '$',
      subject: 'npm test …',
      notes: ['exit 1', '14 s'],
    })
  })

  test('a call that is still being written shows as much of its subject as is there', () => {
    expect(toolLine(row({ name: 'write_file', state: 'writing', input: '{"path":"src/new.ts","content":"ex' })).subject).toBe('src/new.ts')
    expect(textField('{"command":"echo \\"a', 'command')).toBe('echo "a')
  })

  test('an unknown tool goes by its own name', () => {
    expect(toolLine(row({ name: 'orders::refund', input: 'not json' })).verb).toBe('orders::refund')
  })
})

test('an output is cut to its last lines, without colours and redrawn progress', () => {
  const text = `${Array.from({ length: 60 }, (_, i) => `line ${i}`).join('\n')}\n\u001b[31mred\u001b[0m\n10%\r50%\r100%\n`
  const tail = outputTail(text, 3)
  expect(tail).toEqual({ text: 'line 59\nred\n100%', hidden: 59 })
})
