import { Signal, type Execute, type Frame } from './scope'

/** Runs steps one after the other; waits only where a step does. */
export function runFrom(steps: readonly Execute[], from: number, frame: Frame): number | Promise<number> {
  for (let i = from; i < steps.length; i++) {
    const result = steps[i]?.(frame) ?? Signal.none
    if (typeof result !== 'number') return result.then((signal) => (signal === Signal.none ? runFrom(steps, i + 1, frame) : signal))
    if (result !== Signal.none) return result
  }
  return Signal.none
}
