/** The part of fengari (a Lua 5.3 in JavaScript, without types of its own) that is used here. */
interface Fengari {
  readonly lua: {
    readonly LUA_OK: number;
    lua_tojsstring(state: unknown, index: number): string | null;
    lua_gettop(state: unknown): number;
  };
  readonly lauxlib: {
    luaL_newstate(): unknown;
    luaL_dostring(state: unknown, code: Uint8Array): number;
    luaL_requiref(state: unknown, name: Uint8Array, open: unknown, global: 1): void;
  };
  readonly lualib: {
    readonly luaopen_base: unknown;
    readonly luaopen_table: unknown;
    readonly luaopen_string: unknown;
  };
  readonly to_luastring: (text: string) => Uint8Array;
}

const { lua, lauxlib, lualib, to_luastring } = require("fengari") as Fengari;

/** Runs a Lua program in a state of its own; its first result as text, null if that is neither text nor number. */
export function runLua(program: string): string | null {
  const state = lauxlib.luaL_newstate();
  // Only what is used: opening all libraries takes longer than running a record.
  lauxlib.luaL_requiref(state, to_luastring("_G"), lualib.luaopen_base, 1);
  lauxlib.luaL_requiref(state, to_luastring("table"), lualib.luaopen_table, 1);
  lauxlib.luaL_requiref(state, to_luastring("string"), lualib.luaopen_string, 1);
  const status = lauxlib.luaL_dostring(state, to_luastring(program));
  const result = lua.lua_gettop(state) === 0 ? null : lua.lua_tojsstring(state, -1);
  if (status !== lua.LUA_OK) throw new Error(`${result}\n${program}`);
  return result;
}
