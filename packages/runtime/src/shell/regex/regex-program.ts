import { assertNever } from '@tabwright/protocol'
import type { CharSet } from './char-set'
import type { Assertion, RegexNode } from './regex-node'
import { RegexMissing } from './regex-node'

/** One step of a matching machine. Numbers are places in the program. */
export type Step =
  | { readonly type: 'set'; readonly set: CharSet }
  /** The first is tried first. */
  | { type: 'split'; first: number; second: number }
  | { type: 'jump'; to: number }
  | { readonly type: 'open'; readonly group: number }
  /** `isLoop`: an empty round of a loop does not change what its groups hold. */
  | { readonly type: 'close'; readonly group: number; readonly isLoop: boolean }
  | { readonly type: 'assert'; readonly what: Assertion }
  | { readonly type: 'back'; readonly group: number }
  | { readonly type: 'match' }

/** Programs of expressions beyond this are refused, as the C library refuses them. */
const MAX_STEPS = 400_000

/** An expression as steps for the machines in `simulate.ts` and `backtrack.ts`. @throws RegexMissing for what only JS can match */
export function programOf(root: RegexNode): readonly Step[] {
  const steps: Step[] = []
  emit(root, { steps, isLoop: false })
  steps.push({ type: 'match' })
  return steps
}

interface Output {
  readonly steps: Step[]
  readonly isLoop: boolean
}

function emit(node: RegexNode, out: Output): void {
  const { steps } = out
  if (steps.length > MAX_STEPS) throw new RegexMissing('an expression of this size')
  switch (node.type) {
    case 'set':
      steps.push({ type: 'set', set: node.set })
      return
    case 'concat':
      for (const item of node.items) emit(item, out)
      return
    case 'either':
      emitBranches(node.branches, out)
      return
    case 'repeat':
      emitRepeat(node, out)
      return
    case 'group': {
      steps.push({ type: 'open', group: node.index })
      emit(node.body, out)
      steps.push({ type: 'close', group: node.index, isLoop: out.isLoop })
      return
    }
    case 'assert':
      steps.push({ type: 'assert', what: node.what })
      return
    case 'back':
      steps.push({ type: 'back', group: node.index })
      return
    case 'look':
    case 'atomic':
    case 'keep':
      throw new RegexMissing('looking around in an expression of this dialect')
    default:
      assertNever(node)
  }
}

function emitBranches(branches: readonly RegexNode[], out: Output): void {
  const { steps } = out
  const jumps: { type: 'jump'; to: number }[] = []
  for (const [i, branch] of branches.entries()) {
    if (i === branches.length - 1) {
      emit(branch, out)
      break
    }
    const split: Step = { type: 'split', first: steps.length + 1, second: 0 }
    steps.push(split)
    emit(branch, out)
    const jump = { type: 'jump' as const, to: 0 }
    jumps.push(jump)
    steps.push(jump)
    split.second = steps.length
  }
  for (const jump of jumps) jump.to = steps.length
}

function emitRepeat(node: Extract<RegexNode, { type: 'repeat' }>, out: Output): void {
  const { steps } = out
  for (let i = 0; i < node.min - (node.max === Infinity ? 1 : 0); i++) emit(node.body, out)
  const inner = { steps, isLoop: true }
  if (node.max === Infinity) {
    // A star is an optional plus, so that one empty round is seen.
    const skip: Step | undefined = node.min === 0 ? { type: 'split', first: steps.length + 1, second: 0 } : undefined
    if (skip !== undefined) steps.push(skip)
    const start = steps.length
    emit(node.body, inner)
    steps.push({ type: 'split', first: start, second: steps.length + 1 })
    if (skip !== undefined) skip.second = steps.length
    return
  }
  const skips: { type: 'split'; first: number; second: number }[] = []
  for (let i = node.min; i < node.max; i++) {
    const skip = { type: 'split' as const, first: steps.length + 1, second: 0 }
    skips.push(skip)
    steps.push(skip)
    emit(node.body, inner)
  }
  for (const skip of skips) skip.second = steps.length
}
