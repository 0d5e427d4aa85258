import { textOf } from '../model-json'
import { code, denialOf, firstLine, OFFER, type DemoStep } from './step'
import { readTestReport } from './test-report'
import type { TourFacts } from './tour-facts'

/** The end of the tour, from what really happened. */
export function summary(facts: TourFacts): DemoStep {
  const parts = [
    changesOf(facts),
    testsOf(facts),
    'Look at **Changes**: accept a file to keep it, or reject it and it is undone. That was the tour.',
    OFFER,
  ]
  return { text: parts.filter((part) => part !== '').join('\n\n'), calls: [] }
}

/** What the person said or did beside the results, answered once. */
export function acknowledged({ situation }: TourFacts): string {
  const rejected = situation.rejected.filter(({ isNew }) => isNew).map(({ path }) => code(path))
  const parts = [
    rejected.length === 0 ? '' : `You rejected my change to ${rejected.join(' and ')}. It is undone, and I will not make it again.`,
    situation.steering === ''
      ? ''
      : `You wrote “${firstLine(situation.steering)}”. I see it, but a script cannot take it in; say “stop” to end the tour, or ask me again when it is over.`,
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function changesOf({ edits, situation }: TourFacts): string {
  const rejected = new Set(situation.rejected.map(({ path }) => path))
  const kept = new Map<string, number>()
  for (const { input, isError } of edits) {
    const path = textOf(input['path'])
    if (!isError && !rejected.has(path)) kept.set(path, (kept.get(path) ?? 0) + 1)
  }
  const lines = [...kept].map(([path, count]) => `- ${code(path)}, ${count === 1 ? 'one edit' : `${count} edits`}`)
  const undone = [...rejected].map((path) => `- ${code(path)}: undone, because you rejected it`)
  if (lines.length + undone.length === 0) return 'I changed nothing.'
  return [`What changed:`, ...lines, ...undone].join('\n')
}

function testsOf({ runs, isChanged }: TourFacts): string {
  const last = runs.at(-1)
  if (!last) return 'The tests were not run, so I cannot say whether it works.'
  const denial = denialOf(last)
  if (denial) return denied(denial, runs.length > 1)
  const report = readTestReport(last.result)
  const later = isChanged ? ' That was before my last change.' : ''
  if (!report) return `The test command ended without a summary that I can read. It said: ${firstLine(last.result)}`
  if (report.failed === 0) return `The tests: ${report.passed} of ${report.tests} pass.${later}`
  const names = report.failing.map((name) => `“${name}”`).join(', ')
  return `The tests: ${report.failed} of ${report.tests} still ${report.failed === 1 ? 'fails' : 'fail'}${names === '' ? '' : ` (${names})`}, and this is more than the script can repair.${later}`
}

function denied({ who, note }: { readonly who: string; readonly note: string }, isLater: boolean): string {
  const by =
    who === 'A rule'
      ? 'A rule denied the command'
      : note === ''
        ? 'You denied the command'
        : `You denied the command and wrote “${firstLine(note)}”`
  return `${by}, so I did not run ${isLater ? 'the tests again' : 'the tests'} and did not look for a way around it. Whether the change works is not checked.`
}
