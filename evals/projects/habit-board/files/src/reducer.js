export const EMPTY = { habits: [] }

const nextId = (habits) => Math.max(0, ...habits.map((habit) => habit.id)) + 1

/** The next state; the same object where nothing changes. */
export function reduce(state, action) {
  const { habits } = state
  switch (action.type) {
    case 'add': {
      const name = action.name.trim()
      if (name === '' || habits.some((habit) => habit.name.toLowerCase() === name.toLowerCase())) return state
      return { ...state, habits: [...habits, { id: nextId(habits), name, days: [] }] }
    }
    case 'toggle':
      return {
        ...state,
        habits: habits.map((habit) => {
          if (habit.id !== action.id) return habit
          const isDone = habit.days.includes(action.day)
          return { ...habit, days: isDone ? habit.days.filter((day) => day !== action.day) : [...habit.days, action.day].sort() }
        }),
      }
    case 'remove':
      return { ...state, habits: habits.filter((habit) => habit.id !== action.id) }
    default:
      throw new Error(`unknown action ${action.type}`)
  }
}
