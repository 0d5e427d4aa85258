/**
 * Every numbered rule of the design, and the part of the work that brings those which have no test yet. Rules of `HELD` are built:
 * one without a test is an error, whatever is written here.
 */

/**
 * @param {string} letter `rule `, `F`, `C` or `O`
 * @param {readonly (number | readonly [number, number])[]} parts numbers and ranges, both ends inclusive
 */
function numbers(letter, parts) {
  return parts.flatMap((part) => {
    const [from, to] = typeof part === 'number' ? [part, part] : part
    return Array.from({ length: to - from + 1 }, (_, at) => `${letter}${String(from + at).padStart(letter === 'rule ' ? 1 : 2, '0')}`)
  })
}

/** All there are: rules of the harness, its features, crash points, security cases. */
export const ALL = [...numbers('rule ', [[1, 118]]), ...numbers('F', [[1, 76]]), ...numbers('C', [[1, 40]]), ...numbers('O', [[1, 50]])]

/** Rules that must have a test whose title starts with their number. */
export const HELD = [
  ...numbers('rule ', [
    [1, 110],
    [112, 118],
  ]),
  ...numbers('F', [[1, 5], [7, 8], [10, 14], [16, 25], 27, [31, 49], 54, 57, [61, 63], [66, 74]]),
  ...numbers('C', [[1, 40]]),
  ...numbers('O', [[1, 50]]),
]

/**
 * Who brings what has no test yet, in the order in which it is to come. The first part that names a number has it.
 * @type {readonly { readonly part: string, readonly brings: readonly string[] }[]}
 */
const PARTS = [
  {
    part: 'hands, first half',
    brings: [...numbers('rule ', [[75, 77], 79]), 'F61', ...numbers('O', [29, 38, 41, 42, 44, 45])],
  },
  {
    part: 'the gate and the review',
    brings: [
      ...numbers('rule ', [
        [45, 49],
        [80, 94],
        [109, 110],
      ]),
      ...numbers('F', [[40, 49], 66, [69, 73]]),
      ...numbers('O', [[15, 28], [30, 34], 39]),
    ],
  },
  {
    part: 'the relay',
    brings: [
      ...numbers('rule ', [
        [113, 115],
        [26, 26],
        [42, 42],
      ]),
      ...numbers('F', [14, 25, 47, 57, 62, 63, 74]),
      ...numbers('C', [[35, 40]]),
      ...numbers('O', [[1, 14], [30, 35], 47]),
    ],
  },
  { part: 'hands, second half', brings: ['rule 78', ...numbers('F', [5, 9, 15, 17]), ...numbers('O', [[41, 43]])] },
  {
    part: 'the IDE and the link',
    brings: [
      ...numbers('F', [3, 6, 7, 8, 16, 26, 28, 29, 30, 44, 49, 50, 55, 56, 65, 67, 68, 75]),
      ...numbers('O', [21, 24, 25, 29, 33, 36, 37, 40, [43, 45], [46, 50]]),
    ],
  },
]

/**
 * The part that brings a number without a test.
 * @param {string} number
 */
export function broughtBy(number) {
  return PARTS.find(({ brings }) => brings.includes(number))?.part ?? 'no part of the plan names it yet'
}
