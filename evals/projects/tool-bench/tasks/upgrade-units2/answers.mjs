const units = [
  { search: 'parseLength' },
  { read: 'packages/planner/src/plan.js' },
  { edit: 'packages/units/src/parse.js', old: '  return sum\n', new: '  return { mm: sum }\n' },
  { edit: 'packages/units/src/format.js', old: 'formatLength(mm, unit', new: 'formatLength({ mm }, unit' },
  {
    run: `sed -i -E "s/equal\\(parseLength\\((.*)\\), ([0-9]+)\\)/deepEqual(parseLength(\\1), { mm: \\2 })/; s/formatLength\\(([0-9]+)/formatLength({ mm: \\1 }/" packages/units/test/units.test.js`,
  },
  { edit: 'packages/units/package.json', old: '1.3.0', new: '2.0.0' },
  { edit: 'packages/planner/package.json', old: '0.5.1', new: '0.6.0' },
  { edit: 'packages/planner/package.json', old: '^1.3.0', new: '^2.0.0' },
  { edit: 'packages/planner/src/plan.js', old: 'parseLength(board)', new: 'parseLength(board).mm' },
  { edit: 'packages/planner/src/plan.js', old: 'pieces.map(parseLength)', new: 'pieces.map((piece) => parseLength(piece).mm)' },
]

export const right = [
  ...units,
  { edit: 'packages/planner/src/plan.js', old: 'parseLength(kerf)', new: 'parseLength(kerf).mm' },
  { try: 'npm test && npm run versions' },
]

// No test of the project has a kerf.
export const wrong = [...units, { try: 'npm test' }]
