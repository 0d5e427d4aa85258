import { assert, read, solved } from '../../../../kit.mjs'
import { holds, python, unittestsPass } from '../../../../kit-python.mjs'

assert.match(read('pyproject.toml'), /requires-python\s*=\s*["']>=\s*3\.10["']/, 'requires-python is >=3.10')
holds(`
import ast, pathlib
for path in sorted(pathlib.Path('ledger').glob('*.py')):
    for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
            raise AssertionError(f'{path}:{node.lineno} still formats with %')
        if isinstance(node, ast.Raise) and node.exc is not None:
            pass
        if isinstance(node, ast.ExceptHandler):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Raise) and inner.exc is not None and inner.cause is None:
                    raise AssertionError(f'{path}:{inner.lineno} raises without from')
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
            for argument in arguments:
                if argument.annotation is None and argument.arg not in ('self', 'cls'):
                    raise AssertionError(f'{path}: {node.name} has no type for {argument.arg}')
            if node.returns is None and node.name != '__init__':
                raise AssertionError(f'{path}: {node.name} has no type for its result')
`)
holds(`
import typing, ledger, ledger.entries, ledger.reports
import importlib
main = importlib.import_module('ledger.__main__')
for function in (ledger.parse, ledger.balance, ledger.month, main.main, main.show):
    typing.get_type_hints(function)
try:
    ledger.parse('2026-13-01 a b 1')
except ValueError as error:
    assert isinstance(error.__cause__, ValueError), 'the cause is kept'
    assert str(error) == 'line 1: no such date 2026-13-01', str(error)
try:
    ledger.parse('2026-12-01 a b one')
except ValueError as error:
    assert isinstance(error.__cause__, ValueError), 'the cause of a wrong amount is kept'
    assert str(error) == 'line 1: no such amount one', str(error)
`)
const { out } = python(['-m', 'ledger', 'balance', 'accounts.txt'])
assert.equal(
  out,
  'assets:bank      1717.40\nexpenses:food      42.60\nexpenses:rent     640.00\nincome:salary   -2400.00\n',
  'the output is as it was',
)
assert.ok(unittestsPass(), 'the tests of the project pass')
solved()
