import { language } from './control'
import { Draw } from './draw'
import { filter } from './filters'
import { scriptText, type Script } from './script'
import { walk } from './walks'
import { textFile } from './words'

function pipeline(draw: Draw): Script {
  const first = draw.chance(0.55) ? filter(draw, textFile(draw)) : walk(draw)
  const parts = [first]
  while (parts.length < 4 && draw.chance(0.5)) parts.push(filter(draw, ''))
  return parts.length === 1 ? first : { type: 'pipe', parts }
}

const WRAPS: readonly (readonly [before: string, after: string])[] = [
  ['x=$(', '); echo "$x"; echo ${#x}'],
  ['', ' > out.txt; cat out.txt'],
  ['{ ', '; } 2>/dev/null; echo $?'],
  ['(cd src && ', ')'],
  ['if ', '; then echo ok; else echo no $?; fi'],
  ['for r in 1 2; do ', '; done'],
  ['set -o pipefail; ', '; echo $?'],
  ['f() { ', '; }; f | wc -l; f | head -2'],
  ['', '; echo "${PIPESTATUS[@]}"'],
  ['cat <(', ')'],
  ['! ', '; echo $?'],
  ['', ' >> README.md; tail -3 README.md'],
  ['while read -r l; do echo "> $l"; done < <(', ')'],
  ['', ' & wait'],
  ['mapfile -t m < <(', '); echo "${#m[@]} ${m[0]} ${m[-1]}"'],
  ["bash -c \"$(cat <<'Q'\n", '\nQ\n)"'],
  ['set -e; ', '; echo still'],
]

function statement(draw: Draw): Script {
  const body = draw.chance(0.35) ? language(draw) : pipeline(draw)
  // Nothing can stand after the last line of a here-document.
  if (!draw.chance(0.25) || endsInDocument(body)) return body
  const [before, after] = draw.pick(WRAPS)
  return { type: 'around', before, body, after }
}

/** The script of one seed. */
export function scriptOf(seed: number): Script {
  const draw = new Draw(seed)
  const first = statement(draw)
  if (!draw.chance(0.2)) return first
  const between = draw.pick(['\n', '; ', ' && ', ' || '])
  return { type: 'list', parts: [first, statement(draw)], between: endsInDocument(first) ? '\n' : between }
}

const endsInDocument = (script: Script): boolean => scriptText(script).endsWith('\n')
