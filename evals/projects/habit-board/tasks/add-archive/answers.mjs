const shown = [
  { read: 'src/reducer.js' },
  { read: 'src/board.jsx' },
  {
    edit: 'src/reducer.js',
    old: "    case 'remove':",
    new: "    case 'archive':\n      return { ...state, habits: habits.map((habit) => (habit.id === action.id ? { ...habit, archived: true } : habit)) }\n    case 'remove':",
  },
  {
    edit: 'src/board.jsx',
    old: '          <button onClick',
    new: "          <button onClick={() => dispatch({ type: 'archive', id: habit.id })}>Archive</button>\n          <button onClick",
  },
  {
    edit: 'src/app.jsx',
    old: '  const [name, setName]',
    new: '  const shown = state.habits.filter((habit) => !habit.archived)\n  const [name, setName]',
  },
  { edit: 'src/app.jsx', old: '<Summary habits={state.habits}', new: '<Summary habits={shown}' },
  { edit: 'src/app.jsx', old: '<Board habits={state.habits}', new: '<Board habits={shown}' },
]

export const right = [
  ...shown,
  {
    edit: 'src/reducer.js',
    old: "      if (name === '' || habits.some((habit) => habit.name.toLowerCase() === name.toLowerCase())) return state",
    new: `      if (name === '') return state
      const known = habits.find((habit) => habit.name.toLowerCase() === name.toLowerCase())
      if (known && !known.archived) return state
      if (known) return { ...state, habits: habits.map((habit) => (habit === known ? { ...habit, archived: false } : habit)) }`,
  },
  { try: 'npm test' },
]

// Nothing brings an archived habit back.
export const wrong = [...shown, { try: 'npm test' }]
