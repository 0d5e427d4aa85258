import { assertNever, type Progress, type ProgressItem, type ProgressStep, type ProgressTotals } from '@tabwright/protocol'

/** The page `PROGRESS.md`: the same text for the same progress, wherever it is made. */
export function progressMarkdown(progress: Progress): string {
  const { goal, done, inHand, left, omitted, totals } = progress
  const parts = [
    '# Progress',
    list(
      { title: 'Asked for', omitted: omitted.goal, none: 'Nothing yet.' },
      goal.map(({ text }) => plain(text)),
    ),
    list({ title: 'Done', omitted: omitted.done, none: 'Nothing yet.' }, done.map(stepLine)),
    list({ title: 'In hand', omitted: 0, none: 'Nothing runs and nothing waits for you.' }, inHand.map(itemLine)),
    list({ title: 'Left', omitted: omitted.left, none: 'Nothing that is known.' }, left.map(itemLine)),
    `## Figures\n\n${totalLines(totals)
      .map((line) => `- ${line}`)
      .join('\n')}`,
  ]
  return `${parts.join('\n\n')}\n`
}

function list(head: { title: string; omitted: number; none: string }, lines: readonly string[]): string {
  const items = lines.map((line) => `- ${line}`)
  const older = head.omitted > 0 ? [`- … and ${head.omitted} more`] : []
  const body = items.length + older.length === 0 ? head.none : [...older, ...items].join('\n')
  return `## ${head.title}\n\n${body}`
}

function stepLine(step: ProgressStep): string {
  return `${stepWords(step)}${step.result === 'ok' ? '' : ` — **${step.result}**`}`
}

function stepWords({ kind, text, lines, exitCode, tests }: ProgressStep): string {
  switch (kind) {
    case 'asked':
      return `Asked: ${plain(text)}`
    case 'answered':
      return `Answered: ${plain(text)}`
    case 'file':
      return `Changed ${code(text)}${lines ? ` +${lines.added} −${lines.removed}` : ''}`
    case 'command': {
      const ran = tests ? `, tests: ${tests.passed} passed, ${tests.failed} failed` : ''
      return `Ran ${code(text)}${exitCode === undefined ? '' : `, exit ${exitCode}`}${ran}`
    }
    case 'tool':
      return `Called ${code(text)}`
    case 'checkpoint':
      return `Checkpoint: ${plain(text)}`
    case 'restored':
      return `Restored: ${plain(text)}`
    case 'rewound':
      return `Rewound: ${plain(text)}`
    case 'summarised':
      return `Summarised: ${plain(text)}`
    case 'folder':
      return `To the disk: ${plain(text)}`
    case 'stopped':
      return `Stopped: ${plain(text)}`
    default:
      return assertNever(kind)
  }
}

function itemLine({ kind, text }: ProgressItem): string {
  switch (kind) {
    case 'running':
      return `Running ${code(text)}`
    case 'approval':
      return `Waits for your permission: ${code(text)}`
    case 'lost':
      return `Not known whether it happened: ${code(text)}`
    case 'answering':
      return plain(text)
    case 'retrying':
      return `Tried again soon: ${plain(text)}`
    case 'queued':
      return `Sent, not delivered yet: ${plain(text)}`
    case 'unreviewed':
      return `Waits for review: ${code(text)}`
    case 'failed':
      return `Failed: ${code(text)}`
    default:
      return assertNever(kind)
  }
}

function totalLines(totals: ProgressTotals): readonly string[] {
  const { calls, tokens } = totals
  return [
    `Turns: ${totals.turns}, answers: ${totals.answers}`,
    `Calls: ${calls.done} done, ${calls.failed} failed, ${calls.denied} not run, ${calls.unknown} unknown`,
    `Files changed: ${totals.files}`,
    `Tokens: ${tokens.input} in, ${tokens.output} out, ${tokens.cacheRead} read from the cache, ${tokens.cacheWrite} written to it`,
    `Cost: ${totals.cost === undefined ? 'price not known' : `${totals.cost.toFixed(4)} US dollars`}`,
    `Worked: ${duration(totals.workedMs)}`,
  ]
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  if (h > 0) return `${h} h ${m} min`
  return m > 0 ? `${m} min ${s} s` : `${s} s`
}

/** What a person or a model wrote must stay text: no link, no picture, no markup of its own. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|!~]/g, (char) => `\\${char}`)
}

function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  const pad = longest > 0 || text.startsWith(' ') ? ' ' : ''
  return `${fence}${pad}${text}${pad}${fence}`
}
