/** What of PostgreSQL's grammar a statement of Redshift may come to. Whatever is not here is refused by name. */

/** Kinds of nodes, and for each the members that may stand in it. `*` marks those that are checked one level down. */
export const NODES: Readonly<Record<string, string>> = {
  SelectStmt:
    "distinctClause targetList fromClause whereClause groupClause havingClause sortClause limitCount limitOffset limitOption withClause op all larg rarg valuesLists",
  InsertStmt: "relation cols selectStmt override withClause",
  UpdateStmt: "relation targetList whereClause fromClause withClause",
  DeleteStmt: "relation usingClause whereClause withClause",
  MergeStmt: "relation sourceRelation joinCondition mergeWhenClauses",
  MergeWhenClause: "matched commandType override targetList values",
  CreateStmt: "relation tableElts oncommit if_not_exists",
  CreateTableAsStmt: "query into objtype if_not_exists",
  IntoClause: "rel colNames onCommit",
  ViewStmt: "view aliases query replace withCheckOption",
  CreateSchemaStmt: "schemaname authrole if_not_exists",
  AlterTableStmt: "relation cmds objtype",
  AlterTableCmd: "subtype name def newowner behavior",
  RenameStmt: "renameType relationType relation subname newname behavior object",
  AlterOwnerStmt: "objectType object newowner",
  DropStmt: "objects removeType behavior missing_ok",
  GrantStmt: "is_grant targtype objtype objects privileges grantees grant_option behavior",
  GrantRoleStmt: "granted_roles grantee_roles is_grant behavior",
  AlterDefaultPrivilegesStmt: "options action",
  TruncateStmt: "relations behavior",
  LockStmt: "relations mode",
  CallStmt: "funccall",
  VariableSetStmt: "kind name args is_local",
  CommentStmt: "objtype object comment",
  VacuumStmt: "rels is_vacuumcmd",
  VacuumRelation: "relation",
  RefreshMatViewStmt: "relation",
  CreateFunctionStmt: "is_procedure replace funcname parameters options returnType",
  FunctionParameter: "name argType mode",
  AccessPriv: "priv_name cols",
  RoleSpec: "roletype rolename",
  DefElem: "defname arg defaction",
  ObjectWithArgs: "objname objargs args_unspecified objfuncargs",
  TableLikeClause: "relation options",
  ColumnDef: "colname typeName constraints is_local",
  Constraint: "contype conname keys raw_expr generated_when options initially_valid",
  RangeVar: "catalogname schemaname relname inh relpersistence alias",
  RangeSubselect: "subquery alias",
  RangeFunction: "functions alias coldeflist",
  JoinExpr: "jointype isNatural larg rarg usingClause quals alias",
  Alias: "aliasname colnames",
  WithClause: "ctes",
  CommonTableExpr: "ctename aliascolnames ctematerialized ctequery",
  ResTarget: "name val",
  ColumnRef: "fields",
  A_Star: "",
  A_Const: "ival fval sval boolval isnull",
  A_Expr: "kind name lexpr rexpr",
  BoolExpr: "boolop args",
  NullTest: "arg nulltesttype",
  BooleanTest: "arg booltesttype",
  CaseExpr: "arg args defresult",
  CaseWhen: "expr result",
  CoalesceExpr: "args",
  MinMaxExpr: "op args",
  SubLink: "subLinkType testexpr operName subselect",
  TypeCast: "arg typeName",
  TypeName: "names typmods typemod",
  FuncCall: "funcname args agg_star agg_distinct over funcformat",
  WindowDef: "partitionClause orderClause frameOptions startOffset endOffset",
  SortBy: "node sortby_dir sortby_nulls",
  SetToDefault: "",
  SQLValueFunction: "op typmod",
  ParamRef: "number",
  List: "items",
  String: "sval",
  Integer: "ival",
  Float: "fval",
  Boolean: "boolval",
};

/** Values of enumerated members; a member that is not here may have any. */
export const VALUES: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  Object.entries({
    "A_Expr.kind":
      "AEXPR_OP AEXPR_NULLIF AEXPR_IN AEXPR_LIKE AEXPR_ILIKE AEXPR_SIMILAR AEXPR_BETWEEN AEXPR_NOT_BETWEEN",
    "SubLink.subLinkType": "EXISTS_SUBLINK ALL_SUBLINK ANY_SUBLINK EXPR_SUBLINK",
    "JoinExpr.jointype": "JOIN_INNER JOIN_LEFT JOIN_RIGHT JOIN_FULL",
    "RangeVar.relpersistence": "p t",
    "SelectStmt.limitOption": "LIMIT_OPTION_DEFAULT LIMIT_OPTION_COUNT",
    "CommonTableExpr.ctematerialized": "CTEMaterializeDefault",
    "InsertStmt.override": "OVERRIDING_NOT_SET",
    "CreateTableAsStmt.objtype": "OBJECT_TABLE OBJECT_MATVIEW",
    "CreateStmt.oncommit": "ONCOMMIT_NOOP",
    "IntoClause.onCommit": "ONCOMMIT_NOOP",
    "Constraint.contype": "CONSTR_NOTNULL CONSTR_NULL CONSTR_DEFAULT CONSTR_PRIMARY CONSTR_UNIQUE CONSTR_IDENTITY",
    "TableLikeClause.options": "0 8",
    "AlterTableStmt.objtype": "OBJECT_TABLE",
    "AlterTableCmd.subtype": "AT_AddColumn AT_DropColumn AT_AlterColumnType AT_ChangeOwner AT_AddConstraint",
    "RenameStmt.renameType": "OBJECT_TABLE OBJECT_COLUMN OBJECT_SCHEMA OBJECT_PROCEDURE",
    "AlterOwnerStmt.objectType": "OBJECT_SCHEMA OBJECT_PROCEDURE",
    "DropStmt.removeType": "OBJECT_TABLE OBJECT_VIEW OBJECT_MATVIEW OBJECT_SCHEMA OBJECT_PROCEDURE",
    "GrantStmt.objtype": "OBJECT_TABLE OBJECT_SCHEMA OBJECT_DATABASE OBJECT_PROCEDURE OBJECT_FUNCTION OBJECT_ROUTINE",
    "CommentStmt.objtype":
      "OBJECT_TABLE OBJECT_COLUMN OBJECT_VIEW OBJECT_SCHEMA OBJECT_DATABASE OBJECT_TABCONSTRAINT OBJECT_PROCEDURE",
    "VariableSetStmt.kind": "VAR_SET_VALUE VAR_RESET VAR_SET_DEFAULT",
    "FunctionParameter.mode": "FUNC_PARAM_DEFAULT FUNC_PARAM_IN FUNC_PARAM_INOUT",
    "DefElem.defname": "as language security schemas roles start increment minvalue maxvalue",
    "AccessPriv.priv_name": "select insert update delete truncate references usage create temp temporary execute all",
    "SQLValueFunction.op":
      "SVFOP_CURRENT_DATE SVFOP_CURRENT_TIMESTAMP SVFOP_LOCALTIMESTAMP SVFOP_CURRENT_USER SVFOP_USER SVFOP_SESSION_USER SVFOP_CURRENT_SCHEMA",
  }).map(([member, values]) => [member, new Set(values.split(" "))]),
);

export const OPERATORS: ReadonlySet<string> = new Set(
  "+ - * / % ^ < > = <= >= <> ~ !~ ~* !~* ~~ !~~ ~~* !~~* || | & # << >> @ |/ ||/".split(" "),
);

/** Names of types as the parser gives them, and `super`. */
export const TYPES: ReadonlySet<string> = new Set(
  "int2 int4 int8 numeric float4 float8 bool varchar bpchar text date timestamp timestamptz time timetz interval super record regclass name oid".split(
    " ",
  ),
);

const AGGREGATES = "sum rs_avg count min max bool_and bool_or stddev stddev_samp stddev_pop variance var_samp var_pop";
const WINDOW = "row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value";

/** Functions that need a frame when their window is ordered. */
export const NEED_FRAME: ReadonlySet<string> = new Set(`${AGGREGATES} first_value last_value nth_value`.split(" "));

/** Functions that run on the leader node only: refused where tables of users are read (C10.11). */
export const LEADER_ONLY: ReadonlySet<string> = new Set(
  `now substr age current_schema current_schemas has_table_privilege has_schema_privilege has_database_privilege
  pg_get_viewdef pg_get_userbyid pg_get_late_binding_view_cols format_type obj_description col_description array_to_string
  oidvectortypes generate_series`.split(/\s+/),
);

export const FUNCTIONS: ReadonlySet<string> = new Set(
  `${AGGREGATES} ${WINDOW} ${[...LEADER_ONLY].join(" ")}
  abs ceil ceiling floor round trunc mod power sqrt cbrt sign exp ln log degrees radians pi random sin cos tan asin acos atan atan2
  lower upper initcap trim btrim ltrim rtrim length len char_length character_length octet_length bit_length substring left right lpad rpad
  replace translate position strpos charindex split_part reverse repeat rs_concat chr ascii md5 sha2 quote_ident quote_literal nvl2
  rs_regexp_replace rs_lower rs_upper rs_initcap rs_round to_char to_date to_timestamp to_number date_trunc date_part extract dateadd datediff getdate sysdate convert_timezone
  timezone last_day json_parse json_serialize json_typeof is_valid_json is_large_string_enabled like_escape similar_to_escape
  current_database current_user session_user pg_backend_pid pg_last_copy_count pg_last_copy_id pg_last_query_id version`.split(
    /\s+/,
  ),
);

export const TABLE_FUNCTIONS: ReadonlySet<string> = new Set(["pg_get_late_binding_view_cols", "generate_series"]);

/** Catalogue tables that a statement may read; the first kind lives on the leader node. */
export const LEADER_RELATIONS: ReadonlySet<string> = new Set(
  `pg_class pg_namespace pg_attribute pg_attrdef rs_constraint pg_depend pg_rewrite pg_description pg_views pg_tables pg_user pg_user_info pg_group pg_database
  pg_proc pg_type pg_default_acl pg_table_def pg_class_info svv_columns svv_tables svv_all_columns svv_all_tables svv_all_schemas svv_redshift_columns
  svv_redshift_tables svv_relation_privileges svv_column_privileges svv_schema_privileges svv_function_privileges svv_default_privileges svv_roles
  svv_user_info svv_mv_info stv_db_isolation_level svv_datashares svv_datashare_objects svv_transactions
  svv_rls_attached_policy svv_attached_masking_policy`.split(/\s+/),
);
export const COMPUTE_RELATIONS: ReadonlySet<string> = new Set(
  "svv_table_info sys_load_history sys_load_error_detail sys_query_history stv_mv_info stv_mv_deps".split(" "),
);
export const INFORMATION_SCHEMA: ReadonlySet<string> = new Set(
  "tables columns schemata views table_constraints key_column_usage".split(" "),
);
