import { assertNever, isJsonObject, ruleText, type Json, type Rule, type RuleEffect, type Verdict } from '@tabwright/protocol'
import { simpleCommand } from './argv'

/** A call as the rules see it: `bytes` is canonical JSON of the input. */
export interface Judgeable {
  readonly tool: string
  readonly input: Json
  readonly bytes: string
}

/** Deny beats ask beats allow, whatever their order or precision; no matching rule asks. */
export function judge(call: Judgeable, rules: readonly Rule[]): Verdict {
  const matching = rules.filter((rule) => matches(rule, call))
  const first = (effect: RuleEffect): Rule | undefined => matching.find((rule) => rule.effect === effect)
  const deny = first('deny')
  if (deny) return { type: 'deny', rule: deny.id, reason: `rule ${ruleText(deny)} denies it: ${deny.why}` }
  const ask = first('ask')
  if (ask) return asking(call, `rule ${ruleText(ask)} asks: ${ask.why}`)
  const allow = first('allow')
  if (allow) return { type: 'allow', rule: allow.id, shown: `${ruleText(allow)} (${allow.why})` }
  return asking(call, call.tool === 'shell' ? 'No rule allows this command.' : `No rule allows ${call.tool}.`)
}

function asking(call: Judgeable, reason: string): Verdict {
  return { type: 'ask', reason, offer: narrowestRule(call) }
}

function fieldOf(input: Json, name: 'command' | 'cwd'): string | undefined {
  const value = isJsonObject(input) ? input[name] : undefined
  return typeof value === 'string' ? value : undefined
}

function matches(rule: Rule, call: Judgeable): boolean {
  const { pattern } = rule
  if (pattern.tool !== call.tool) return false
  switch (pattern.type) {
    case 'tool':
      return true
    case 'bytes':
      return pattern.bytes === call.bytes
    case 'argv': {
      const argv = simpleCommand(fieldOf(call.input, 'command') ?? '')
      if (!argv || (pattern.exact && argv.length !== pattern.argv.length)) return false
      if (pattern.cwd !== undefined && pattern.cwd !== fieldOf(call.input, 'cwd')) return false
      return pattern.argv.every((word, i) => argv[i] === word)
    }
    default:
      return assertNever(pattern)
  }
}

/** The narrowest rule that would let this very call pass next time: its exact words, else its exact bytes. */
function narrowestRule(call: Judgeable): Rule {
  const command = fieldOf(call.input, 'command')
  const cwd = fieldOf(call.input, 'cwd')
  const argv = command === undefined ? undefined : simpleCommand(command)
  const pattern: Rule['pattern'] = argv
    ? { type: 'argv', tool: call.tool, argv, exact: true, ...(cwd !== undefined && { cwd }) }
    : { type: 'bytes', tool: call.tool, bytes: call.bytes }
  return { id: `session:${JSON.stringify(pattern)}`, effect: 'allow', pattern, scope: 'session', why: 'you allowed it for this session' }
}

const builtIn = (effect: RuleEffect, pattern: Rule['pattern'], why: string): Rule => ({
  id: `built-in:${effect}:${JSON.stringify(pattern)}`,
  effect,
  pattern,
  scope: 'built-in',
  why,
})

/** Commands that only look, whatever their arguments. Not here: anything that can run another command (`env`, `find -exec`, `xargs`, `sort --compress-program`) or write a file. */
const LOOKING = ['ls', 'cat', 'head', 'tail', 'wc', 'pwd', 'echo', 'grep', 'stat', 'file', 'true', 'date', 'basename', 'dirname']

/** Where every session starts: reading is free, edits land in the tab's own workspace where each can be undone, commands ask. */
export const BUILT_IN_RULES: readonly Rule[] = [
  ...['read_file', 'list_files', 'glob', 'grep'].map((tool) => builtIn('allow', { type: 'tool', tool }, 'reading the workspace is free')),
  builtIn('allow', { type: 'tool', tool: 'read_session' }, 'reading the past of this session is free'),
  ...['write_file', 'edit_file'].map((tool) => builtIn('allow', { type: 'tool', tool }, 'edits are reviewed in Changes and can be undone')),
  ...LOOKING.map((word) => builtIn('allow', { type: 'argv', tool: 'shell', argv: [word], exact: false }, 'a command that only looks')),
]
