import { useReducer, useState } from 'react'
import { Board } from './board.jsx'
import { Summary } from './summary.jsx'
import { EMPTY, reduce } from './reducer.js'

export function App({ today, initial = EMPTY }) {
  const [state, dispatch] = useReducer(reduce, initial)
  const [name, setName] = useState('')
  const add = (event) => {
    event.preventDefault()
    dispatch({ type: 'add', name })
    setName('')
  }
  return (
    <main>
      <Summary habits={state.habits} today={today} />
      <Board habits={state.habits} today={today} dispatch={dispatch} />
      <form onSubmit={add}>
        <input aria-label="New habit" value={name} onChange={(event) => setName(event.target.value)} />
        <button>Add</button>
      </form>
    </main>
  )
}
