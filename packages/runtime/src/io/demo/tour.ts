import { textOf } from '../model-json'
import type { Done, Situation } from './conversation'
import { CART, DISCOUNT, planFixed, planFloor, planQuantity, type Edit, type Plan } from './edits'
import { code, denialOf, firstLine, runTests, type DemoStep } from './step'
import { readTestReport, type TestReport } from './test-report'
import { factsOf, type TourFacts } from './tour-facts'
import { acknowledged, summary } from './tour-summary'

const WANTED = [CART, DISCOUNT, 'test/discount.test.js'] as const

/** The tour's next step. Everything is computed from what the tools returned. */
export function tourStep(situation: Situation): DemoStep {
  const facts = factsOf(situation)
  const note = acknowledged(facts)
  const step = /\b(stop|enough|that's all)\b/i.test(situation.steering) ? summary(facts) : nextStep(facts)
  return note === '' ? step : { ...step, text: `${note}\n\n${step.text}` }
}

function nextStep(facts: TourFacts): DemoStep {
  const { listing, contents, edits, runs } = facts
  if (!listing) return opening(facts.situation)
  const missing = [CART, DISCOUNT].filter((path) => !hasFile(listing, path))
  if (missing.length > 0) return noProject(listing, missing)
  if (contents.size === 0) return facts.situation.done.some((call) => call.name === 'read_file') ? summary(facts) : explore(listing)
  const lastRun = runs.at(-1)
  if (!lastRun) return edits.length === 0 ? change(facts) : firstRun(facts)
  if (denialOf(lastRun)) return summary(facts)
  if (facts.isChanged) return { text: 'Changed. The same tests again:', calls: runTests('check the fix') }
  return afterRun(facts, lastRun)
}

function opening(situation: Situation): DemoStep {
  const heard = situation.request === '' ? '' : `You wrote “${firstLine(situation.request)}”. `
  return {
    thinking:
      'This is the built-in demo, so I follow a script. First I look at what is in the workspace: the script reads everything from the real files, and the person may have changed them.',
    text: [
      `${heard}I am the **demo model**: a script that plays one tour, not an intelligence. What you see is real all the same: real tools, real files in your tab, real test runs, and your permission is really asked.`,
      'On the tour I fix a bug in a small shop and finish a feature. First, what is here?',
    ].join('\n\n'),
    calls: [{ name: 'list_files', input: {} }],
  }
}

function hasFile(listing: Done, path: string): boolean {
  return listing.result.split('\n').some((line) => line.split('\t')[0] === path)
}

function noProject(listing: Done, missing: readonly string[]): DemoStep {
  const found = listing.isError || listing.result.startsWith('(') ? 'no files' : `${listing.result.split('\n').length} files`
  return {
    text: `The tour is written for the demo project, and ${missing.map(code).join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not here (I see ${found}). A script cannot improvise, so the tour ends here. Start a session from the **Demo project** to see it, or connect a provider in Settings to work on this one.`,
    calls: [],
  }
}

function explore(listing: Done): DemoStep {
  const paths = WANTED.filter((path) => hasFile(listing, path))
  return {
    thinking: `${listing.result.split('\n').length} files. The cart and the discounts are what the README calls trouble. I can read these side by side, and search for where quantities are touched at the same time.`,
    text: 'I read the files that matter, all at once, and search for where quantities are handled.',
    calls: [
      ...paths.map((path) => ({ name: 'read_file', input: { path } })),
      { name: 'grep', input: { pattern: 'quantity', path: 'src' } },
    ],
  }
}

function plans(contents: ReadonlyMap<string, string>): readonly { readonly path: string; readonly plan: Plan }[] {
  return [
    { path: CART, plan: planQuantity(contents.get(CART) ?? '') },
    { path: DISCOUNT, plan: planFixed(contents.get(DISCOUNT) ?? '') },
  ]
}

function change(facts: TourFacts): DemoStep {
  const found = plans(facts.contents)
  const edits = found.flatMap(({ plan }) => (plan.type === 'edit' ? [plan.edit] : []))
  const done = found
    .filter(({ plan }) => plan.type === 'done')
    .map(({ path }) => `${code(path)} already does what the script wanted to add, so I leave it alone.`)
  const lost = found
    .filter(({ plan }) => plan.type === 'lost')
    .map(({ path }) => `I do not recognise the place in ${code(path)}: it was changed, and a script should not guess. I leave it alone.`)
  const notes = [...done, ...lost]
  if (edits.length === 0)
    return {
      text: [...notes, 'Nothing to edit, then. Let me see what the tests say.'].join('\n\n'),
      calls: runTests('see where the project stands'),
    }
  return {
    thinking: 'I know the exact lines now. Each edit names the text it replaces, so it fails loudly if the file has changed in between.',
    text: [
      ...notes,
      `Found it. ${edits.length === 1 ? 'One edit' : `${edits.length} edits`}, which you will find as ${edits.length === 1 ? 'a diff' : 'diffs'} in **Changes**:`,
      ...edits.map(bullet),
    ].join('\n\n'),
    calls: edits.map(callOf),
  }
}

function firstRun(facts: TourFacts): DemoStep {
  const failed = facts.edits.filter((call) => call.isError)
  const trouble = failed.map((call) => `The edit of ${code(textOf(call.input['path']))} did not work: ${firstLine(call.result)}`)
  const text = [...trouble, 'Now the tests. No rule allows this command yet, so you will be asked: the card shows the exact command.'].join(
    '\n\n',
  )
  return { text, calls: runTests('run the tests of the shop') }
}

/** The tests ran: done, or one more look and one more edit. */
function afterRun(facts: TourFacts, run: Done): DemoStep {
  const report = readTestReport(run.result)
  const isRepaired = facts.runs.length > 1 && facts.edits.length > 0
  const isRejected = facts.situation.rejected.some(({ path }) => path === DISCOUNT)
  if (!report || report.failed === 0 || isRepaired || isRejected) return summary(facts)
  if (!facts.isReread) return inspect(report)
  const plan = planFloor(facts.contents.get(DISCOUNT) ?? '')
  if (plan.type !== 'edit') return summary(facts)
  return {
    thinking:
      'A code of 5.00 on a total of 3.00 gives minus 2.00. AGENTS.md says that a total is never below zero, and I forgot that. The subtraction needs a floor.',
    text: ['My mistake: I took the amount off without asking whether the total is large enough.', bullet(plan.edit)].join('\n\n'),
    calls: [callOf(plan.edit)],
  }
}

function inspect(report: TestReport): DemoStep {
  const names = report.failing.length === 0 ? '' : `: ${report.failing.map((name) => `“${name}”`).join(', ')}`
  const reason = report.reason === '' ? '' : ` (${report.reason})`
  return {
    thinking: `${report.passed} pass and ${report.failed} fail. I look at the file as it is now before I change it again.`,
    text: `${report.passed} of ${report.tests} pass, ${report.failed} ${report.failed === 1 ? 'fails' : 'fail'}${names}${reason}. I read the file again before I touch it.`,
    calls: [{ name: 'read_file', input: { path: DISCOUNT } }],
  }
}

function bullet(edit: Edit): string {
  return `- ${code(edit.path)}: ${edit.what}`
}

function callOf(edit: Edit): DemoStep['calls'][number] {
  return { name: 'edit_file', input: { path: edit.path, old_text: edit.oldText, new_text: edit.newText } }
}
