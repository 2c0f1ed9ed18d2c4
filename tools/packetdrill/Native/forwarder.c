// The library that packetdrill loads: starts .NET in the tool's process and passes the call on. Everything else is C#.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef void *runtime_handle;
typedef int32_t (*initialize_for_config)(const char *config, const void *parameters, runtime_handle *handle);
typedef int32_t (*get_delegate)(runtime_handle handle, int type, void **delegate);
typedef int32_t (*close_runtime)(runtime_handle handle);
typedef int32_t (*load_and_get)(const char *assembly, const char *type, const char *method, const char *delegate_type, void *reserved, void **entry);
typedef void (*initialize)(const char *flags, void *table);

enum { LOAD_ASSEMBLY_AND_GET_FUNCTION_POINTER = 5 };
static const char *const UNMANAGED_CALLERS_ONLY = (const char *)-1;

static void fail(const char *what, const char *detail)
{
    fprintf(stderr, "stacksharp: %s: %s\n", what, detail);
    exit(1);
}

// DOTNET_ROOT, or where the program "dotnet" is.
static void find_root(char root[PATH_MAX])
{
    const char *named = getenv("DOTNET_ROOT");
    if (named != NULL && *named != 0) {
        snprintf(root, PATH_MAX, "%s", named);
        return;
    }
    const char *path = getenv("PATH");
    char *places = strdup(path != NULL ? path : "/usr/bin");
    char *rest = places;
    for (char *place = strsep(&rest, ":"); place != NULL; place = strsep(&rest, ":")) {
        char candidate[PATH_MAX];
        snprintf(candidate, sizeof candidate, "%s/dotnet", place);
        if (access(candidate, X_OK) != 0 || realpath(candidate, root) == NULL) continue;
        *strrchr(root, '/') = 0;
        free(places);
        return;
    }
    fail("no .NET found", "set DOTNET_ROOT, or put dotnet on PATH");
}

// The newest of the host resolvers that are installed.
static void *load_resolver(void)
{
    char root[PATH_MAX], folder[PATH_MAX + 16], newest[NAME_MAX + 1] = "", library[2 * PATH_MAX];
    find_root(root);
    snprintf(folder, sizeof folder, "%s/host/fxr", root);
    DIR *versions = opendir(folder);
    if (versions == NULL) fail("no .NET host", folder);
    for (struct dirent *entry = readdir(versions); entry != NULL; entry = readdir(versions))
        if (entry->d_name[0] != '.' && strverscmp(entry->d_name, newest) > 0) strcpy(newest, entry->d_name);
    closedir(versions);
    snprintf(library, sizeof library, "%s/%s/libhostfxr.so", folder, newest);
    void *resolver = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (resolver == NULL) fail("no .NET host", dlerror());
    return resolver;
}

static initialize load_adapter(void)
{
    Dl_info self;
    char folder[PATH_MAX], config[PATH_MAX + 64], assembly[PATH_MAX + 64], code[16];
    if (dladdr((void *)&load_adapter, &self) == 0 || realpath(self.dli_fname, folder) == NULL) fail("cannot find", "the adapter's folder");
    *strrchr(folder, '/') = 0;
    snprintf(config, sizeof config, "%s/StackSharp.Packetdrill.runtimeconfig.json", folder);
    snprintf(assembly, sizeof assembly, "%s/StackSharp.Packetdrill.dll", folder);

    void *resolver = load_resolver();
    initialize_for_config start = (initialize_for_config)dlsym(resolver, "hostfxr_initialize_for_runtime_config");
    get_delegate delegate = (get_delegate)dlsym(resolver, "hostfxr_get_runtime_delegate");
    close_runtime end = (close_runtime)dlsym(resolver, "hostfxr_close");
    if (start == NULL || delegate == NULL || end == NULL) fail("unknown .NET host", dlerror());

    runtime_handle runtime = NULL;
    void *load = NULL, *entry = NULL;
    int32_t result = start(config, NULL, &runtime);
    if (result >= 0) result = delegate(runtime, LOAD_ASSEMBLY_AND_GET_FUNCTION_POINTER, &load);
    if (runtime != NULL) end(runtime);
    if (result >= 0)
        result = ((load_and_get)load)(
            assembly, "StackSharp.Packetdrill.EntryPoint, StackSharp.Packetdrill", "Initialize", UNMANAGED_CALLERS_ONLY, NULL, &entry);
    snprintf(code, sizeof code, "0x%08x", (unsigned)result);
    if (result < 0 || entry == NULL) fail("cannot start .NET", code);
    return (initialize)entry;
}

__attribute__((visibility("default"))) void packetdrill_interface_init(const char *flags, void *table)
{
    static initialize adapter;
    if (adapter == NULL) adapter = load_adapter();
    adapter(flags, table);
}
