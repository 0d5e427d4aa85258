import type { Done, Situation } from './conversation'
import { code, contentOf, denialOf, firstLine, OFFER, runTests, type DemoStep } from './step'
import { readTestReport } from './test-report'
import { tourStep } from './tour'

/** One thing that the demo does after the tour, with a real tool. */
interface Skill {
  readonly shape: RegExp
  readonly start: (match: RegExpExecArray) => DemoStep
  readonly finish: (done: Done) => string
}

const SKILLS: readonly Skill[] = [
  {
    shape: /\b(run|rerun|repeat|start)\b.*\btests?\b|\bnode --test\b|\bnpm (run )?test\b/i,
    start: () => ({ text: 'Running the tests.', calls: runTests('you asked for it') }),
    finish: (done) => testsText(done),
  },
  {
    shape: /\b(list|show|what|which)\b.*\bfiles\b|^ls$/i,
    start: () => ({ text: 'Listing the files.', calls: [{ name: 'list_files', input: {} }] }),
    finish: (done) =>
      `There ${done.result.split('\n').length === 1 ? 'is' : 'are'} ${done.result.split('\n').length}:\n\n${fenced(done.result.replaceAll('\t', '  '))}`,
  },
  {
    shape: /^(?:please )?(?:read|open|show|cat)(?: me)?(?: the file)? [`'"]?([^\s`'"]+)/i,
    start: (match) => ({ text: `Reading ${code(match[1] ?? '')}.`, calls: [{ name: 'read_file', input: { path: match[1] ?? '' } }] }),
    finish: (done) => {
      const lines = contentOf(done.result).split('\n')
      const more = lines.length > 12 ? `\n\nThe first 12 of ${lines.length} lines; **Files** has the rest.` : ''
      return `${fenced(lines.slice(0, 12).join('\n'))}${more}`
    },
  },
  {
    shape: /^(?:please )?(?:search|grep|find|look)(?: for)? [`'"“]?(.+?)[`'"”]?$/i,
    start: (match) => ({
      text: `Searching for ${code(match[1] ?? '')}.`,
      calls: [{ name: 'grep', input: { pattern: escaped(match[1] ?? '') } }],
    }),
    finish: (done) => fenced(done.result.split('\n').slice(0, 15).join('\n')),
  },
]

/** What the demo answers after the tour: it does what it can, and says plainly what it cannot. */
export function guideStep(situation: Situation): DemoStep {
  if (/\b(tour|start over|once more|go on|continue)\b/i.test(situation.request)) return tourStep(situation)
  for (const skill of SKILLS) {
    const match = skill.shape.exec(situation.request.split('\n')[0] ?? '')
    if (!match) continue
    const done = situation.done.at(-1)
    return done ? { text: finished(skill, done), calls: [] } : withReview(situation, skill.start(match))
  }
  const text = `I am the demo model, a script: I cannot understand “${firstLine(situation.request)}” or work on it. For real work connect a provider in **Settings**; your session and files stay.\n\n${OFFER}`
  return withReview(situation, { text, calls: [] })
}

function withReview(situation: Situation, step: DemoStep): DemoStep {
  const rejected = situation.rejected.filter(({ isNew }) => isNew).map(({ path }) => code(path))
  if (rejected.length === 0) return step
  return {
    ...step,
    text: `I was told that you rejected my change to ${rejected.join(' and ')}: it is undone, and I leave it at that.\n\n${step.text}`,
  }
}

function finished(skill: Skill, done: Done): string {
  const denial = denialOf(done)
  if (denial)
    return `${denial.who === 'A rule' ? 'A rule denied it' : 'You denied it'}${denial.note === '' ? '' : ` (“${firstLine(denial.note)}”)`}, so I did not run it.`
  if (done.isError && done.name !== 'shell') return `That did not work: ${firstLine(done.result)}`
  return skill.finish(done)
}

function testsText(done: Done): string {
  const report = readTestReport(done.result)
  if (!report) return `The command ended without a summary that I can read:\n\n${fenced(done.result.split('\n').slice(-8).join('\n'))}`
  const names = report.failing.map((name) => `- ${name}`).join('\n')
  return report.failed === 0 ? `All ${report.tests} tests pass.` : `${report.failed} of ${report.tests} tests fail:\n\n${names}`
}

/** A fence that is longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((match) => match[0].length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${text}\n${fence}`
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}/]/g, '\\$&')
}
