const summary = [
  { search: 'defaultProps' },
  { edit: 'src/summary.jsx', old: 'title, unit }', new: "title = 'Today', unit = 'done' }" },
  { edit: 'src/summary.jsx', old: "\nSummary.defaultProps = { title: 'Today', unit: 'done' }\n", new: '' },
  { edit: 'src/board.jsx', old: "\nBoard.defaultProps = { empty: 'No habits yet. Add the first one below.' }\n", new: '' },
]

export const right = [
  ...summary,
  { edit: 'src/board.jsx', old: 'dispatch, empty }', new: "dispatch, empty = 'No habits yet. Add the first one below.' }" },
  { try: 'npm test' },
]

// Takes a text that is empty on purpose for one that is missing.
export const wrong = [
  ...summary,
  { edit: 'src/board.jsx', old: '{empty}</p>', new: "{empty || 'No habits yet. Add the first one below.'}</p>" },
  { try: 'npm test' },
]
