import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** OKLCH as it stands in theme.css: lightness 0–1, chroma, hue in degrees. */
type Oklch = readonly [number, number, number]

const [css = '', more = ''] = readFileSync(new URL('./theme.css', import.meta.url), 'utf8').split('@media (prefers-contrast: more)')
const [asked = '', chosen = ''] = (more.split('@media')[0] ?? '').split("[data-theme='contrast']")

type Tokens = ReadonlyMap<string, { readonly light: Oklch; readonly dark: Oklch }>

function tokens(css: string): Tokens {
  const found = new Map<string, { light: Oklch; dark: Oklch }>()
  const color = (text: string): Oklch => {
    const [l = 0, c = 0, h = 0] = text.split(' ').map(Number)
    return [l, c, h]
  }
  for (const [, name = '', light = '', dark = ''] of css.matchAll(/--([\w-]+): light-dark\(oklch\(([\d. ]+)\), oklch\(([\d. ]+)\)\)/g)) {
    found.set(name, { light: color(light), dark: color(dark) })
  }
  return found
}

/** WCAG relative luminance by way of Björn Ottosson's OKLab matrices. */
function luminance([lightness, chroma, hue]: Oklch): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const clamp = (part: number): number => Math.min(1, Math.max(0, part))
  const red = clamp(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)
  const green = clamp(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)
  const blue = clamp(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: Oklch, other: Oklch): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (high + 0.05) / (low + 0.05)
}

const GROUNDS = ['bg', 'surface', 'surface-raised', 'sunken']
const TEXT = ['ink', 'ink-soft', 'ink-faint', 'accent', 'danger', 'warn', 'ok'].flatMap((ink) =>
  GROUNDS.map((ground) => [ink, ground, 4.5] as const),
)
const TINTED = ['accent', 'danger', 'warn', 'ok'].flatMap((state) => [
  [state, `${state}-soft`, 4.5] as const,
  ['ink', `${state}-soft`, 4.5] as const,
  ['ink-soft', `${state}-soft`, 4.5] as const,
])
const DIFF = ['diff-add-bg', 'diff-add-mark', 'diff-del-bg', 'diff-del-mark'].map((ground) => ['ink', ground, 4.5] as const)
/** Syntax on the grounds of a diff. */
const SYNTAX = ['ink-soft', 'ink-faint', 'accent', 'ok', 'warn', 'danger'].flatMap((ink) =>
  ['diff-add-bg', 'diff-del-bg'].map((ground) => [ink, ground, 4.5] as const),
)
const EDGES = GROUNDS.map((ground) => ['line-strong', ground, 3] as const)

test.each([
  ...TEXT,
  ...TINTED,
  ...DIFF,
  ...SYNTAX,
  ...EDGES,
  ['accent-ink', 'accent', 4.5] as const,
  ['accent-ink', 'accent-hover', 4.5] as const,
])('%s on %s reaches %d:1 in light and dark', (ink, ground, wanted) => {
  const all = tokens(css)
  const [one, other] = [all.get(ink), all.get(ground)]
  if (one === undefined || other === undefined) throw new Error(`theme.css lacks --${ink} or --${ground}`)
  expect(contrast(one.light, other.light)).toBeGreaterThanOrEqual(wanted)
  expect(contrast(one.dark, other.dark)).toBeGreaterThanOrEqual(wanted)
})

test('high contrast is the same by choice as where the system asks for it', () => {
  const declared = (block: string): readonly string[] => [...block.matchAll(/--[\w-]+: [^;]+;/g)].map(([one]) => one)
  expect(declared(chosen)).toEqual(declared(asked))
  expect(declared(chosen).length).toBeGreaterThan(10)
})

test.each([
  ...TEXT.map(([ink, ground]) => [ink, ground, 7] as const),
  ...TINTED,
  ...DIFF.map(([ink, ground]) => [ink, ground, 7] as const),
  ...SYNTAX,
  ...EDGES.map(([ink, ground]) => [ink, ground, 4.5] as const),
  ['accent-ink', 'accent', 7] as const,
  ['accent-ink', 'accent-hover', 7] as const,
])('%s on %s reaches %d:1 in high contrast, light and dark', (ink, ground, wanted) => {
  const all = new Map([...tokens(css), ...tokens(chosen)])
  const [one, other] = [all.get(ink), all.get(ground)]
  if (one === undefined || other === undefined) throw new Error(`theme.css lacks --${ink} or --${ground}`)
  expect(contrast(one.light, other.light)).toBeGreaterThanOrEqual(wanted)
  expect(contrast(one.dark, other.dark)).toBeGreaterThanOrEqual(wanted)
})
