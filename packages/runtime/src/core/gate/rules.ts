import {
  fitsTool,
  isJsonObject,
  MODE_NAMES,
  ruleText,
  type Mode,
  type Rule,
  type RuleEffect,
  type RuleRef,
  type RuleScope,
  type Verdict,
} from '@tabwright/protocol'
import type { SimpleCommand } from './command-line'
import { FETCH_TOOL, readsFrom } from './egress'
import { gitHooksTold } from './git-hooks'
import { allowedBy } from './mode'
import { broaderRule, narrowestRule } from './offer'
import { classText, inside } from './path-class'
import { covers, coversCommand, redirectsPass, touches } from './pattern'
import { LOOKING, type Subject, type SubjectPath } from './subject'

/**
 * Deny beats ask beats allow, whatever their order or precision; what is protected asks whatever allows it; of a command line each part must
 * pass; no matching rule asks.
 */
export function judge(subject: Subject, standing: Standing): Verdict {
  const verdict = judgeWords(subject, standing)
  const told = gitHooksTold(subject.gitHooks)
  // What runs with it without standing in its words stands on the card.
  return verdict.type !== 'ask' || told === undefined ? verdict : { ...verdict, reason: `${verdict.reason} ${told}` }
}

function judgeWords(subject: Subject, { rules, mode }: Standing): Verdict {
  const tooMuch = passesLimit(subject)
  if (tooMuch !== undefined) return { type: 'deny', rule: 'limit', reason: tooMuch }
  const touching = (effect: RuleEffect): Rule | undefined => rules.find((rule) => rule.effect === effect && speaksOf(rule, subject))
  const deny = touching('deny')
  if (deny) return { type: 'deny', rule: deny.id, reason: `rule ${ruleText(deny)} denies it: ${whyOf(deny)}`, by: [refOf(deny)] }
  if (mode === 'plan' && subject.tool !== FETCH_TOOL && !isReading(subject)) return { type: 'deny', rule: 'mode:plan', reason: PLANNING }
  const ask = touching('ask')
  // No offer: no rule that allows would let it pass.
  if (ask) return { type: 'ask', reason: `rule ${ruleText(ask)} asks: ${whyOf(ask)}`, by: [refOf(ask)] }
  const guarded = protectedBy(subject)
  if (guarded !== undefined && mode !== 'bypass' && !isAllowedExactly(subject, rules)) return askingForProtected(subject, guarded)
  const allowed = allowing(subject, rules)
  const [first] = allowed ?? []
  if (allowed && first) {
    const shown = allowed.map((rule) => `${ruleText(rule)} (${whyOf(rule)})`).join(', ')
    return { type: 'allow', rule: first.id, shown, by: allowed.map(refOf) }
  }
  const why = allowedBy(mode, subject)
  // A mode speaks of what a command says; a hook is somebody else's.
  if (why !== undefined && subject.gitHooks.length > 0 && mode !== 'bypass') return asking(subject, 'No rule allows this command.')
  if (why !== undefined) return { type: 'allow', rule: `mode:${mode}`, shown: `mode ${MODE_NAMES[mode]} (${why})` }
  return asking(subject, askingBecause(subject))
}

const refOf = (rule: Rule): RuleRef => ({ id: rule.id, scope: rule.scope, text: ruleText(rule) })

const REACH: Readonly<Record<RuleScope, string>> = { 'built-in': '', session: '', project: 'in this project: ', user: 'in all projects: ' }

function whyOf({ scope, why }: Rule): string {
  return REACH[scope] + why
}

function speaksOf({ pattern }: Rule, subject: Subject): boolean {
  return pattern.type === 'acts' ? fitsTool(pattern.tool, subject.tool) && !isReading(subject) : touches(pattern, subject)
}

const PLANNING = 'plan mode only looks. Say what you would do, and end your turn'

/** What is free in every mode. */
function isReading(subject: Subject): boolean {
  return allowing(subject, BUILT_IN_RULES) !== undefined
}

/** What of a session a verdict depends on. */
export interface Standing {
  readonly rules: readonly Rule[]
  readonly mode: Mode
}

/** Passing a limit never means a cheaper check. */
function passesLimit({ line }: Subject): string | undefined {
  return line?.limit === undefined ? undefined : `a command line with ${line.limit}. Write it to a file first, or do it in steps`
}

/** Secrets ask when they are read; what decides over tools, and git's own files, when they are written. */
function isGuarded({ kind, writes }: SubjectPath): boolean {
  return kind === 'secret-file' || (writes && (kind === 'policy-file' || kind === 'vcs-internal'))
}

function protectedBy({ paths }: Subject): string | undefined {
  const found = paths.find(isGuarded)
  return found && `${classText(found.path, found.kind, found.real)}: that is asked about each time.`
}

/** What a harmless name leads to was told by name, so it need not be told again when it was written. */
function askingForProtected(subject: Subject, reason: string): Verdict {
  const led = subject.paths.filter((one) => isGuarded(one) && one.writes && one.real !== one.path)
  // A rule for whatever a function is given would not speak for this either.
  const { broader: _, ...asked } = asking(subject, classes(led, reason))
  return { ...asked, ...(led.length > 0 && { names: led.map(({ real }) => inside(real)) }) }
}

/** All of them stand on the card: what is not said there is not allowed there. */
function classes(led: readonly SubjectPath[], reason: string): string {
  const [, ...others] = led
  return [reason, ...others.map(({ path, kind, real }) => `${classText(path, kind, real)}.`)].join(' ')
}

/** A person allowed these very bytes, knowing what they name. */
function isAllowedExactly(subject: Subject, rules: readonly Rule[]): boolean {
  return rules.some((rule) => rule.effect === 'allow' && rule.pattern.type === 'bytes' && covers(rule.pattern, subject))
}

/** The rules that together let the call pass; undefined when some part of it is not allowed. */
function allowing(subject: Subject, rules: readonly Rule[]): readonly Rule[] | undefined {
  const isElsewhere = runsElsewhere(subject)
  const allows = rules.filter((rule) => rule.effect === 'allow' && !(isElsewhere && rule.scope === 'built-in'))
  const whole = allows.find(({ pattern }) => covers(pattern, subject))
  const { line } = subject
  if (whole) return [whole]
  if (!line || line.unclear !== undefined) return undefined
  const found = new Set<Rule>()
  let { cwd } = subject
  for (const command of line.commands) {
    const rule = allowingCommand({ tool: subject.tool, cwd }, command, allows)
    if (!rule || !redirectsPass(command)) return undefined
    // A rule for one folder does not speak of where a line goes to.
    if (rule === CD) cwd = undefined
    found.add(rule)
  }
  // What only moves a shell is asked about with it: files go there before it does.
  return isElsewhere && [...found].every((rule) => rule === CD) ? undefined : [...found]
}

/** A command at a place that is not undone with the workspace. Whatever its words say, nothing is known there that only looks. */
function runsElsewhere({ tool, effect }: Subject): boolean {
  return tool === 'shell' && effect === 'ask'
}

const CD: Rule = {
  id: 'built-in:cd',
  effect: 'allow',
  pattern: { type: 'argv', tool: 'shell', argv: ['cd'], exact: false },
  scope: 'built-in',
  why: 'it only moves the shell',
}

function allowingCommand(subject: Pick<Subject, 'tool' | 'cwd'>, command: SimpleCommand, allows: readonly Rule[]): Rule | undefined {
  if (command.argv[0] === 'cd' && command.argv.length === 2) return CD
  return allows.find(({ pattern }) => coversCommand(pattern, command, subject))
}

function askingBecause({ tool, input, line }: Subject): string {
  if (tool === 'shell') {
    const why = line?.unclear
    return why === undefined ? 'No rule allows this command.' : `No rule can speak for this command: ${why}.`
  }
  if (tool === 'write_file' || tool === 'edit_file') return 'In this mode each edit is asked about.'
  if (tool.includes('::'))
    return `${tool} is a function of another program: what it is given leaves the tab, and what it does cannot be undone here.`
  if (tool !== FETCH_TOOL) return `No rule allows ${tool}.`
  const origin = readsFrom(input)
  if (origin !== undefined) return `Nothing was allowed to be read from ${origin} yet.`
  const token = isJsonObject(input) ? input['token'] : undefined
  return typeof token === 'string'
    ? `It goes out with ${token}: every such request is asked about.`
    : 'It sends more than a question: every such request is asked about.'
}

function asking(subject: Subject, reason: string): Extract<Verdict, { type: 'ask' }> {
  const offer = narrowestRule(subject)
  const broader = offer && broaderRule(offer)
  return { type: 'ask', reason, ...(offer && { offer }), ...(broader && { broader }) }
}

const builtIn = (effect: RuleEffect, pattern: Rule['pattern'], why: string): Rule => ({
  id: `built-in:${effect}:${JSON.stringify(pattern)}`,
  effect,
  pattern,
  scope: 'built-in',
  why,
})

/** In every session: reading is free. What else passes unasked is a matter of the mode, and of what a person allowed. */
export const BUILT_IN_RULES: readonly Rule[] = [
  ...['read_file', 'list_files', 'glob', 'grep', 'diagnostics'].map((tool) =>
    builtIn('allow', { type: 'tool', tool }, 'reading the workspace is free'),
  ),
  builtIn('allow', { type: 'tool', tool: 'preview' }, 'looking at the preview changes nothing'),
  builtIn('allow', { type: 'tool', tool: 'read_session' }, 'reading the past of this session is free'),
  builtIn('allow', { type: 'tool', tool: 'search_tools' }, 'looking for functions calls none'),
  builtIn('allow', { type: 'tool', tool: 'web_fetch' }, 'each request that it makes is judged by itself'),
  builtIn('allow', { type: 'tool', tool: 'ask_person' }, 'a question changes nothing'),
  builtIn('allow', { type: 'tool', tool: 'todo' }, 'a list of tasks changes nothing'),
  builtIn('allow', { type: 'tool', tool: 'task' }, 'a sub-agent does nothing by itself: each of its calls is judged'),
  ...LOOKING.map((word) => builtIn('allow', { type: 'argv', tool: 'shell', argv: [word], exact: false }, 'a command that only looks')),
]
