/** Tests that a command ran, as its output tells. */
export interface TestFigures {
  readonly passed: number
  readonly failed: number
}

/** The summary is at the end, and what a tested program prints before it may look like one. */
const TAIL = 4_000

// Colours and cursor moves stand between a figure and its word.
const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]/g

/** Figures of the last summary in `output`; undefined where it has none that we know (Node, TAP, Vitest, Jest, pytest). */
export function testFigures(output: string): TestFigures | undefined {
  const text = output.slice(-TAIL).replaceAll(ESCAPES, '')
  return nodeFigures(text) ?? lineFigures(text)
}

/** Node's reporters end with one line for each figure. */
function nodeFigures(text: string): TestFigures | undefined {
  const passed = lastNumber(text, /^(?:# |ℹ )?pass (\d+)$/gm)
  const failed = lastNumber(text, /^(?:# |ℹ )?fail (\d+)$/gm)
  return passed === undefined || failed === undefined ? undefined : { passed, failed }
}

/** `Tests  1 failed | 3 passed (4)`, `Tests: 1 failed, 3 passed, 4 total`, `=== 3 passed, 1 failed in 0.1s ===`. */
function lineFigures(text: string): TestFigures | undefined {
  const line = text.split('\n').findLast((one) => /^\s*(?:Tests:?\s|=+ )/.test(one) && /\d+ (?:passed|failed)\b/.test(one))
  if (line === undefined) return undefined
  return { passed: lastNumber(line, /(\d+) passed\b/g) ?? 0, failed: lastNumber(line, /(\d+) failed\b/g) ?? 0 }
}

function lastNumber(text: string, shape: RegExp): number | undefined {
  const found = [...text.matchAll(shape)].at(-1)?.[1]
  return found === undefined ? undefined : Number(found)
}
